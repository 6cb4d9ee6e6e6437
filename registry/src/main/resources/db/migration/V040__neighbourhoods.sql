-- Neighbourhoods: of the cases that an evaluation's error review names, the nearest patients whom the network has learned from.

alter table job drop constraint job_kind;
alter table job add constraint job_kind
    check (kind in ('ingest', 'train', 'evaluate', 'summarise', 'replay', 'leakageExperiment', 'augmentationAudit', 'neighbourhood'));

create table neighbourhood (
    id            uuid primary key,
    evaluation_id uuid        not null references evaluation,
    -- how many patients are looked for of each case
    neighbours    int         not null constraint neighbourhood_neighbours check (neighbours between 1 and 20),
    state         text        not null constraint neighbourhood_state
                              check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    -- sums over many patients; the cases lie below
    report        jsonb,
    failure       text,
    created_at    timestamptz not null,
    finished_at   timestamptz,
    version       bigint      not null,
    constraint neighbourhood_finished_has_time
        check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint neighbourhood_succeeded_has_report check ((state = 'succeeded') = (report is not null)),
    constraint neighbourhood_failed_has_failure check ((state = 'failed') = (failure is not null))
);
create index neighbourhood_evaluation on neighbourhood (evaluation_id, id);

-- A row goes with the image that it is about, and so with its patient.

create table neighbourhood_case (
    neighbourhood_id      uuid             not null references neighbourhood,
    position              int              not null check (position >= 0),
    image_id              uuid             not null references dataset_image on delete cascade,
    -- the classes that the model called; none is possible where classes do not exclude each other
    called                text[]           not null,
    -- which of the report's models
    model                 int              not null check (model >= 0),
    nearest_distance      double precision not null check (nearest_distance between 0 and 2),
    farther_than_training double precision check (farther_than_training between 0 and 1),
    farther_than_unseen   double precision check (farther_than_unseen between 0 and 1),
    primary key (neighbourhood_id, position)
);
create index neighbourhood_case_image on neighbourhood_case (image_id);

create table neighbour (
    neighbourhood_id uuid             not null,
    position         int              not null,
    rank             int              not null check (rank >= 0),
    image_id         uuid             not null references dataset_image on delete cascade,
    distance         double precision not null check (distance between 0 and 2),
    primary key (neighbourhood_id, position, rank),
    foreign key (neighbourhood_id, position) references neighbourhood_case on delete cascade
);
create index neighbour_image on neighbour (image_id);

create trigger neighbourhood_question_is_final before update on neighbourhood
    for each row when (old.evaluation_id <> new.evaluation_id or old.neighbours <> new.neighbours)
    execute function refuse_change('what a neighbourhood is of never changes');
create trigger neighbourhood_finished_is_final before update or delete on neighbourhood
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished neighbourhood never changes');

create function refuse_cases_of_ended_neighbourhood() returns trigger language plpgsql as $$
begin
    perform from neighbourhood where id = new.neighbourhood_id and state = 'running';
    if not found then
        raise exception 'cases come while their neighbourhood is looked for' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create function refuse_loss_of_neighbours() returns trigger language plpgsql as $$
begin
    perform from dataset_image where id = old.image_id;
    if not found then
        return old;
    end if;
    if tg_table_name = 'neighbour' then
        perform from neighbourhood_case c where c.neighbourhood_id = old.neighbourhood_id and c.position = old.position;
        if not found then
            return old;
        end if;
    end if;
    raise exception 'neighbours go with their image and not before' using errcode = 'restrict_violation';
end $$;
do $$
declare
    part text;
begin
    foreach part in array array['neighbourhood_case', 'neighbour']
    loop
        execute format('create trigger %1$s_while_running before insert on %1$s
            for each row execute function refuse_cases_of_ended_neighbourhood()', part);
        execute format('create trigger %1$s_is_final before update on %1$s
            for each row execute function refuse_change(''neighbours never change'')', part);
        execute format('create trigger %1$s_goes_with_its_image before delete on %1$s
            for each row execute function refuse_loss_of_neighbours()', part);
    end loop;
    foreach part in array array['neighbourhood', 'neighbourhood_case', 'neighbour']
    loop
        execute format('create trigger %1$s_never_truncated before truncate on %1$s
            for each statement execute function refuse_change(''neighbours never change'')', part);
    end loop;
end $$;

create function refuse_neighbourhood() returns trigger language plpgsql as $$
declare
    judged uuid[];
begin
    select array[s.dataset_id, v.dataset_id] into judged
        from evaluation v left join run r on r.id = v.run_id
            join experiment e on e.id = coalesce(v.experiment_id, r.experiment_id)
            join patient_split s on s.id = e.split_id
        where v.id = new.evaluation_id and v.state = 'succeeded' and v.error_review is not null;
    if not found then
        raise exception 'neighbours are looked for of the cases of an error review' using errcode = 'restrict_violation';
    end if;
    -- the lock lets a withdrawal that is under way finish first
    perform from dataset where id = any (judged) order by id for key share;
    perform from withdrawal_dataset where dataset_id = any (judged);
    if found then
        raise exception 'a patient was withdrawn from the dataset; nothing new begins on it' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger neighbourhood_of_whole_dataset before insert on neighbourhood
    for each row execute function refuse_neighbourhood();
