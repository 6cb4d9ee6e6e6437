-- Who may do what, and which requests were answered already.

-- Whether a text is a SHA-256 digest in lower-case hexadecimal digits, the name of every content.
create function is_sha256(digest text) returns boolean language sql immutable as $$ select digest ~ '^[0-9a-f]{64}$' $$;

create table project (
    id         uuid primary key,
    name       text        not null unique check (length(name) between 1 and 100),
    created_at timestamptz not null
);

create table api_key (
    id            uuid primary key,
    name          text        not null check (length(name) between 1 and 100),
    role          text        not null constraint api_key_role
                              check (role in ('viewer', 'researcher', 'releaser', 'predictor', 'admin')),
    -- absent: the key opens every project
    project_id    uuid        references project,
    secret_sha256 bytea       not null check (length(secret_sha256) = 32),
    created_at    timestamptz not null,
    expires_at    timestamptz,
    revoked_at    timestamptz
);
create index api_key_project on api_key (project_id);

create table idempotency_record (
    api_key_id     uuid        not null references api_key,
    key            text        not null check (length(key) between 1 and 255),
    request_digest text      not null check (is_sha256(request_digest)),
    -- absent while the request is still being answered
    status         smallint    check (status between 100 and 599),
    headers        jsonb,
    body           bytea,
    created_at     timestamptz not null default clock_timestamp(),
    primary key (api_key_id, key)
);
create index idempotency_record_created on idempotency_record (created_at);
