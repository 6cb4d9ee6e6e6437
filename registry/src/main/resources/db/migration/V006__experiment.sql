-- Experiments: one plan, one split, one procedure; their runs have a table of their own.

create table experiment (
    id          uuid primary key,
    split_id    uuid        not null references patient_split,
    name        text        not null check (length(name) between 1 and 100),
    procedure   text        not null constraint experiment_procedure check (procedure in ('train', 'crossValidation')),
    plan        jsonb       not null,
    plan_digest text      not null check (is_sha256(plan_digest)),
    state       text        not null constraint experiment_state
                            check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    summary     jsonb,
    created_at  timestamptz not null,
    finished_at timestamptz,
    version     bigint      not null,
    constraint experiment_finished_has_time
        check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint experiment_succeeded_has_summary check ((state = 'succeeded') = (summary is not null))
);
create index experiment_split on experiment (split_id);

create trigger experiment_finished_is_final before update or delete on experiment
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished experiment never changes');
create trigger experiment_plan_is_final before update on experiment
    for each row when (old.plan <> new.plan or old.plan_digest <> new.plan_digest or old.split_id <> new.split_id
        or old.procedure <> new.procedure)
    execute function refuse_change('the plan of an experiment never changes');
create trigger experiment_never_truncated before truncate on experiment
    for each statement execute function refuse_change('experiments are never truncated');
