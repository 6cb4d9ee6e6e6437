-- Explanation checks: whether the maps that explain an evaluation's answers show what these rest on, on a sample of its images.

alter table job drop constraint job_kind;
alter table job add constraint job_kind
    check (kind in ('ingest', 'train', 'evaluate', 'summarise', 'replay', 'leakageExperiment', 'augmentationAudit', 'neighbourhood',
        'explanationCheck'));

create table explanation_check (
    id              uuid primary key,
    evaluation_id   uuid        not null references evaluation,
    images          int         not null constraint explanation_check_images check (images between 4 and 200),
    -- absent where each map speaks for the class that the model called
    explained_class text,
    -- a rectangle of the network's input, in shares of its sides
    region_left     double precision check (region_left >= 0),
    region_top      double precision check (region_top >= 0),
    region_right    double precision check (region_right > region_left and region_right <= 1),
    region_bottom   double precision check (region_bottom > region_top and region_bottom <= 1),
    state           text        not null constraint explanation_check_state
                                check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    -- figures over many images; none is named
    report          jsonb,
    failure         text,
    created_at      timestamptz not null,
    finished_at     timestamptz,
    version         bigint      not null,
    constraint explanation_check_region_is_whole
        check (num_nulls(region_left, region_top, region_right, region_bottom) in (0, 4)),
    constraint explanation_check_finished_has_time
        check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint explanation_check_succeeded_has_report check ((state = 'succeeded') = (report is not null)),
    constraint explanation_check_failed_has_failure check ((state = 'failed') = (failure is not null))
);
create index explanation_check_evaluation on explanation_check (evaluation_id, id);

create trigger explanation_check_question_is_final before update on explanation_check
    for each row when (
        (old.evaluation_id, old.images, old.explained_class, old.region_left, old.region_top, old.region_right, old.region_bottom)
        is distinct from
        (new.evaluation_id, new.images, new.explained_class, new.region_left, new.region_top, new.region_right, new.region_bottom))
    execute function refuse_change('what an explanation check is of never changes');
create trigger explanation_check_finished_is_final before update or delete on explanation_check
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished explanation check never changes');
create trigger explanation_check_never_truncated before truncate on explanation_check
    for each statement execute function refuse_change('explanation checks never change');

create function refuse_explanation_check() returns trigger language plpgsql as $$
declare
    judged uuid[];
begin
    select array[s.dataset_id, v.dataset_id] into judged
        from evaluation v left join run r on r.id = v.run_id
            join experiment e on e.id = coalesce(v.experiment_id, r.experiment_id)
            join patient_split s on s.id = e.split_id
        where v.id = new.evaluation_id and v.state = 'succeeded';
    if not found then
        raise exception 'explanations are checked on what an evaluation has judged' using errcode = 'restrict_violation';
    end if;
    -- the lock lets a withdrawal that is under way finish first
    perform from dataset where id = any (judged) order by id for key share;
    perform from withdrawal_dataset where dataset_id = any (judged);
    if found then
        raise exception 'a patient was withdrawn from the dataset; nothing new begins on it' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger explanation_check_of_whole_dataset before insert on explanation_check
    for each row execute function refuse_explanation_check();
