-- Models: named lines of versions; each version is one run's weights in a bundle.

create table model (
    id         uuid primary key,
    project_id uuid        not null references project,
    -- models are addressed by name, so names are unique across projects
    name       text        not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
    created_at timestamptz not null
);
create index model_project on model (project_id);

create table model_version (
    id            uuid primary key,
    model_id      uuid        not null references model,
    version       int         not null check (version >= 1),
    run_id        uuid        not null references run,
    bundle_digest text      not null check (is_sha256(bundle_digest)),
    state         text        not null constraint model_version_state
                              check (state in ('candidate', 'released', 'withdrawn')),
    created_at    timestamptz not null,
    row_version   bigint      not null,
    unique (model_id, version)
);
create index model_version_run on model_version (run_id);

create trigger model_version_is_never_deleted before delete on model_version
    for each row execute function refuse_change('a model version is withdrawn, never deleted');
create trigger model_version_bundle_is_final before update on model_version
    for each row when (old.bundle_digest <> new.bundle_digest or old.run_id <> new.run_id
        or old.model_id <> new.model_id or old.version <> new.version)
    execute function refuse_change('the bundle of a model version never changes');
create trigger model_version_never_truncated before truncate on model_version
    for each statement execute function refuse_change('model versions are never truncated');

create table model_alias (
    model_id    uuid   not null references model,
    alias       text   not null check (alias ~ '^[a-z][a-z0-9-]{0,49}$'),
    version     int    not null,
    row_version bigint not null,
    primary key (model_id, alias),
    foreign key (model_id, version) references model_version (model_id, version)
);
