-- Work that is done by worker processes. A job carries a kind and the id of its subject; the subject's table has the rest.

create table job (
    -- the id of what is worked on
    id                  uuid primary key,
    kind                text             not null constraint job_kind
                                         check (kind in ('ingest', 'train', 'evaluate', 'summarise')),
    -- raised by every claim; a worker with a lower one may not write any more
    token               bigint           not null default 0,
    state               text             not null constraint job_state
                                         check (state in ('queued', 'running', 'finished', 'failed')),
    progress            double precision not null default 0 check (progress between 0 and 1),
    message             text,
    worker              text,
    attempts            int              not null default 0,
    failure             text,
    created_at          timestamptz      not null default clock_timestamp(),
    started_at          timestamptz,
    finished_at         timestamptz,
    cancel_requested_at timestamptz
);
create index job_open on job (kind, state) where state in ('queued', 'running');

create table job_event (
    job_id   uuid             not null references job,
    sequence bigint           not null check (sequence >= 1),
    at       timestamptz      not null default clock_timestamp(),
    state    text             not null constraint job_event_state
                              check (state in ('queued', 'running', 'finished', 'failed')),
    progress double precision not null,
    message  text,
    payload  jsonb,
    primary key (job_id, sequence)
);

create function refuse_lower_token() returns trigger language plpgsql as $$
begin
    raise exception 'the token of job % must not decrease', old.id using errcode = 'restrict_violation';
end $$;
create trigger job_token_never_decreases before update on job
    for each row when (new.token < old.token) execute function refuse_lower_token();

-- db-scheduler's own table
create table scheduled_tasks (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures int,
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
create index scheduled_tasks_priority on scheduled_tasks (priority desc, execution_time);
