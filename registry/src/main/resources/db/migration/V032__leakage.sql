-- Leakage experiments: what folds of images would have made of a recipe's figures. Their trainings are no runs and leave no weights:
-- nothing here can be evaluated, opened a test subset for, or made a model version of, as those name a run.

alter table job drop constraint job_kind;
alter table job add constraint job_kind
    check (kind in ('ingest', 'train', 'evaluate', 'summarise', 'replay', 'leakageExperiment'));

create table leakage_experiment (
    id              uuid primary key,
    dataset_id      uuid        not null references dataset,
    name            text        not null check (length(name) between 1 and 100),
    plan            jsonb       not null,
    plan_digest     text        not null check (is_sha256(plan_digest)),
    weight_set_id   uuid        references imported_weight_set,
    folds           int         not null check (folds between 2 and 10),
    seed            bigint      not null,
    -- the splits whose locked patients are left out
    withheld_splits uuid[]      not null,
    state           text        not null constraint leakage_experiment_state
                                check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    report          jsonb,
    failure         text,
    created_at      timestamptz not null,
    finished_at     timestamptz,
    version         bigint      not null,
    constraint leakage_experiment_finished_has_time
        check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint leakage_experiment_succeeded_has_report check ((state = 'succeeded') = (report is not null)),
    constraint leakage_experiment_failed_has_failure check ((state = 'failed') = (failure is not null))
);
create index leakage_experiment_dataset on leakage_experiment (dataset_id, id);
create index leakage_experiment_weight_set on leakage_experiment (weight_set_id) where weight_set_id is not null;

create trigger leakage_experiment_finished_is_final before update or delete on leakage_experiment
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished leakage experiment never changes');
create trigger leakage_experiment_plan_is_final before update on leakage_experiment
    for each row when (old.plan <> new.plan or old.plan_digest <> new.plan_digest or old.dataset_id <> new.dataset_id
        or old.folds <> new.folds or old.seed <> new.seed or old.withheld_splits <> new.withheld_splits
        or old.weight_set_id is distinct from new.weight_set_id)
    execute function refuse_change('the plan of a leakage experiment never changes');
create trigger leakage_experiment_never_truncated before truncate on leakage_experiment
    for each statement execute function refuse_change('leakage experiments are never truncated');

create function refuse_leakage_experiment_of_draft() returns trigger language plpgsql as $$
begin
    perform from dataset where id = new.dataset_id and state = 'frozen';
    if not found then
        raise exception 'only a frozen dataset can be divided' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger leakage_experiment_of_frozen_dataset before insert on leakage_experiment
    for each row execute function refuse_leakage_experiment_of_draft();
create trigger leakage_experiment_without_blocking_findings before insert on leakage_experiment
    for each row execute function refuse_split_past_findings();

-- what is left of each training: answers about held-out images
create table leakage_fold (
    leakage_experiment_id uuid        not null references leakage_experiment,
    level                 text        not null constraint leakage_fold_level check (level in ('image', 'patient')),
    fold                  int         not null check (fold >= 0),
    scores                jsonb       not null,
    finished_at           timestamptz not null default clock_timestamp(),
    primary key (leakage_experiment_id, level, fold)
);
create trigger leakage_fold_is_final before update or delete on leakage_fold
    for each row execute function refuse_change('what a fold came to never changes');
create trigger leakage_fold_never_truncated before truncate on leakage_fold
    for each statement execute function refuse_change('what a fold came to never changes');

create function refuse_fold_of_idle_leakage_experiment() returns trigger language plpgsql as $$
begin
    perform from leakage_experiment where id = new.leakage_experiment_id and state = 'running';
    if not found then
        raise exception 'only a running leakage experiment trains' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger leakage_fold_of_running_experiment before insert on leakage_fold
    for each row execute function refuse_fold_of_idle_leakage_experiment();

-- A split divides the dataset's patients. Images dressed up as patients, which is how folds of images are made, are none of them.
create function refuse_members_unknown_to_dataset() returns trigger language plpgsql as $$
begin
    perform from written w join patient_split s on s.id = w.split_id
        where not exists (select from dataset_image i where i.dataset_id = s.dataset_id and i.patient = w.patient);
    if found then
        raise exception 'a split divides the patients of its dataset and nobody else' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger fold_member_is_of_dataset after insert on fold_member
    referencing new table as written
    for each statement execute function refuse_members_unknown_to_dataset();
