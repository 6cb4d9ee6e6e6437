-- Runs trained once more, to see whether they come to the same.

create table replay (
    id          uuid primary key,
    run_id      uuid        not null references run,
    state       text        not null constraint replay_state
                            check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    verdict     text        constraint replay_verdict
                            check (verdict in ('identical', 'otherEnvironment', 'different')),
    report      jsonb,
    failure     text,
    created_at  timestamptz not null,
    finished_at timestamptz,
    version     bigint      not null,
    constraint replay_finished_has_time check
        ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint replay_succeeded_is_complete
        check ((state = 'succeeded') = (verdict is not null and report is not null)),
    constraint replay_failed_has_failure check ((state = 'failed') = (failure is not null))
);
-- one at a time: a second would say the same
create unique index replay_open on replay (run_id) where state in ('queued', 'running');
create index replay_run on replay (run_id);

create trigger replay_finished_is_final before update or delete on replay
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished replay never changes');
create trigger replay_never_truncated before truncate on replay
    for each statement execute function refuse_change('replays are never truncated');

alter table job drop constraint job_kind;
alter table job add constraint job_kind check (kind in ('ingest', 'train', 'evaluate', 'summarise', 'replay'));
