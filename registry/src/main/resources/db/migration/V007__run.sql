-- Runs: one training on one fold, with its epochs and artifacts.

create table run (
    id             uuid primary key,
    experiment_id  uuid        not null references experiment,
    -- -1: the development fold
    fold           smallint    not null check (fold >= -1),
    state          text        not null constraint run_state
                               check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    best_epoch     int,
    failure_code   text        constraint run_failure_code
                               check (failure_code in ('diverged', 'outOfMemory', 'badInput', 'infrastructure', 'internal')),
    failure_detail text,
    provenance     jsonb,
    created_at     timestamptz not null,
    started_at     timestamptz,
    finished_at    timestamptz,
    version        bigint      not null,
    unique (experiment_id, fold),
    constraint run_finished_has_time
        check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint run_failed_has_code check ((state = 'failed') = (failure_code is not null)),
    constraint run_succeeded_is_complete
        check ((state = 'succeeded') = (best_epoch is not null and provenance is not null))
);

create table run_epoch (
    run_id             uuid             not null references run,
    epoch              int              not null check (epoch >= 0),
    train_loss         double precision not null,
    validation_loss    double precision not null,
    -- absent where the validation part holds one class only
    validation_roc_auc double precision check (validation_roc_auc between 0 and 1),
    learning_rate      double precision not null,
    seconds            double precision not null check (seconds >= 0),
    images_per_second  double precision not null check (images_per_second >= 0),
    primary key (run_id, epoch)
);

create table run_artifact (
    run_id     uuid        not null references run,
    kind       text        not null constraint run_artifact_kind
                           check (kind in ('weights', 'checkpoint', 'validationPredictions', 'heldOutPredictions')),
    digest     text      not null check (is_sha256(digest)),
    size_bytes bigint      not null check (size_bytes >= 0),
    created_at timestamptz not null default clock_timestamp(),
    primary key (run_id, kind)
);
create index run_artifact_digest on run_artifact (digest);

create trigger run_finished_is_final before update or delete on run
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished run never changes');
create trigger run_never_truncated before truncate on run
    for each statement execute function refuse_change('runs are never truncated');

create function refuse_change_of_finished_run() returns trigger language plpgsql as $$
begin
    -- the lock keeps the run from finishing until this transaction has ended
    perform from run where id in (old.run_id, new.run_id) order by id for share;
    perform from run where id in (old.run_id, new.run_id) and state in ('succeeded', 'failed', 'cancelled');
    if found then
        raise exception 'a finished run never changes' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger run_epoch_finished_is_final before insert or update or delete on run_epoch
    for each row execute function refuse_change_of_finished_run();
create trigger run_epoch_never_truncated before truncate on run_epoch
    for each statement execute function refuse_change('epochs are never truncated');
create trigger run_artifact_finished_is_final before insert or update or delete on run_artifact
    for each row execute function refuse_change_of_finished_run();
create trigger run_artifact_never_truncated before truncate on run_artifact
    for each statement execute function refuse_change('artifacts of runs are never truncated');
