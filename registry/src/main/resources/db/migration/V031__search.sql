-- Nested cross-validations: a search for a plan within every outer fold, and how its candidates stood.

alter table experiment drop constraint experiment_procedure;
alter table experiment add constraint experiment_procedure
    check (procedure in ('train', 'crossValidation', 'nestedCrossValidation'));

create table search (
    experiment_id       uuid  primary key references experiment,
    -- as it was asked for
    spec                jsonb not null,
    -- if no rung loses candidates before their time
    planned_runs        int   not null check (planned_runs >= 1),
    cancel_requested_at timestamptz
);

create table search_candidate (
    experiment_id uuid  not null references search,
    candidate     int   not null check (candidate >= 0),
    -- [{pointer, value}], what it has instead of the experiment's plan
    settings      jsonb not null,
    plan          jsonb not null,
    plan_digest   text  not null check (is_sha256(plan_digest)),
    primary key (experiment_id, candidate),
    unique (experiment_id, plan_digest)
);

create table search_rung (
    experiment_id uuid     not null references search,
    rung          smallint not null check (rung >= 0),
    -- absent where that is the candidate's own matter
    epochs        int      check (epochs >= 1),
    candidates    int      not null check (candidates >= 1),
    primary key (experiment_id, rung)
);

-- the outer folds
create table search_fold (
    experiment_id  uuid     not null references search,
    fold           smallint not null check (fold >= 0),
    inner_split_id uuid     not null unique references patient_split,
    primary key (experiment_id, fold)
);

create table search_standing (
    experiment_id      uuid     not null,
    fold               smallint not null,
    rung               smallint not null,
    candidate          int      not null,
    mean_roc_auc       double precision check (mean_roc_auc between 0 and 1),
    standard_deviation double precision check (standard_deviation >= 0),
    lost_because       text,
    -- 1 for the best
    place              int      not null check (place >= 1),
    -- goes on to the next rung; at the last one it is chosen
    kept               boolean  not null,
    primary key (experiment_id, fold, rung, candidate),
    unique (experiment_id, fold, rung, place),
    foreign key (experiment_id, fold) references search_fold,
    foreign key (experiment_id, rung) references search_rung,
    foreign key (experiment_id, candidate) references search_candidate,
    constraint search_standing_compared_or_lost check ((mean_roc_auc is null) = (lost_because is not null)),
    constraint search_standing_lost_is_not_kept check (not kept or lost_because is null)
);

create trigger search_is_final before update on search
    for each row when (old.experiment_id <> new.experiment_id or old.spec <> new.spec or old.planned_runs <> new.planned_runs)
    execute function refuse_change('a search never changes');
create trigger search_never_deleted before delete on search
    for each row execute function refuse_change('a search never changes');
create trigger search_never_truncated before truncate on search
    for each statement execute function refuse_change('a search never changes');
create trigger search_candidate_is_final before update or delete on search_candidate
    for each row execute function refuse_change('the candidates of a search never change');
create trigger search_candidate_never_truncated before truncate on search_candidate
    for each statement execute function refuse_change('the candidates of a search never change');
create trigger search_rung_is_final before update or delete on search_rung
    for each row execute function refuse_change('the rungs of a search never change');
create trigger search_rung_never_truncated before truncate on search_rung
    for each statement execute function refuse_change('the rungs of a search never change');
create trigger search_fold_is_final before update or delete on search_fold
    for each row execute function refuse_change('the folds of a search never change');
create trigger search_fold_never_truncated before truncate on search_fold
    for each statement execute function refuse_change('the folds of a search never change');
create trigger search_standing_is_final before update or delete on search_standing
    for each row execute function refuse_change('how candidates stood never changes');
create trigger search_standing_never_truncated before truncate on search_standing
    for each statement execute function refuse_change('how candidates stood never changes');

create function refuse_fold_of_another_split() returns trigger language plpgsql as $$
begin
    perform from experiment e join patient_split s on s.id = new.inner_split_id
        where e.id = new.experiment_id and e.procedure = 'nestedCrossValidation'
            and s.outer_split_id = e.split_id and s.outer_fold = new.fold;
    if not found then
        raise exception 'a search''s inner split is within that fold of its experiment''s split'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger search_fold_of_its_split before insert on search_fold
    for each row execute function refuse_fold_of_another_split();

alter table run
    -- of a search; absent of every other procedure
    add column candidate        int,
    -- of an inner run; absent of outer ones
    add column rung             smallint,
    add column inner_fold       smallint check (inner_fold >= 0),
    -- what an inner run is compared by; absent where it is undefined
    add column held_out_roc_auc double precision check (held_out_roc_auc between 0 and 1),
    add foreign key (experiment_id, candidate) references search_candidate,
    add foreign key (experiment_id, rung) references search_rung,
    add constraint run_inner_is_complete check ((inner_fold is null) = (rung is null)),
    add constraint run_inner_has_candidate check (inner_fold is null or candidate is not null),
    add constraint run_scored_is_inner
        check (held_out_roc_auc is null or (inner_fold is not null and state = 'succeeded')),
    drop constraint run_experiment_id_fold_key;
create unique index run_outer on run (experiment_id, fold) where inner_fold is null;
create unique index run_inner on run (experiment_id, fold, candidate, rung, inner_fold) where inner_fold is not null;
create index run_experiment on run (experiment_id);

create trigger run_subject_is_final before update on run
    for each row when (old.experiment_id <> new.experiment_id or old.fold <> new.fold
        or old.candidate is distinct from new.candidate or old.rung is distinct from new.rung
        or old.inner_fold is distinct from new.inner_fold)
    execute function refuse_change('what a run is of never changes');

create function refuse_run_out_of_turn() returns trigger language plpgsql as $$
declare
    searched boolean := exists (select from search where experiment_id = new.experiment_id);
    stood smallint := case when new.inner_fold is null
        then (select max(rung) from search_rung where experiment_id = new.experiment_id) else new.rung - 1 end;
begin
    if searched <> (new.candidate is not null) then
        raise exception 'the runs of a search have candidates, and no others'
            using errcode = 'restrict_violation';
    end if;
    -- who runs at a rung was kept at the one before; who runs on the outer fold was chosen at the last
    if searched and stood >= 0 then
        perform from search_standing s
            where s.experiment_id = new.experiment_id and s.fold = new.fold and s.rung = stood
                and s.candidate = new.candidate and s.kept;
        if not found then
            raise exception 'candidate % was not kept', new.candidate using errcode = 'restrict_violation';
        end if;
    end if;
    return new;
end $$;
create trigger run_in_turn before insert on run
    for each row execute function refuse_run_out_of_turn();
