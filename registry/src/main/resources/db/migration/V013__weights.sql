-- Weights that others have trained, for experiments to begin with.

create table imported_weight_set (
    id          uuid primary key,
    -- none is what a plan says that begins with no weights
    name        text        not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' and name <> 'none'),
    backbone    text        not null constraint imported_weight_set_backbone
                            check (backbone in ('resnet18', 'resnet50', 'densenet121', 'efficientnetB0', 'mobilenetV2')),
    channels    smallint    not null check (channels = 1 or channels = 3),
    file_name   text        not null check (file_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$'),
    digest      text        not null check (is_sha256(digest)),
    size_bytes  bigint      not null check (size_bytes > 0),
    -- names of tensors in the file that the backbone does not have and that are passed over
    ignored     jsonb       not null check (jsonb_typeof(ignored) = 'array'),
    imported_by uuid        not null references api_key,
    created_at  timestamptz not null
);
create index imported_weight_set_digest on imported_weight_set (digest);

create trigger imported_weight_set_is_final before update on imported_weight_set
    for each row execute function refuse_change('imported weights never change');
create trigger imported_weight_set_never_truncated before truncate on imported_weight_set
    for each statement execute function refuse_change('imported weights are never truncated');

-- absent where weights are drawn; while it is there, nobody can take the weights away or put others in their place
alter table experiment add column weight_set_id uuid references imported_weight_set;
create index experiment_weight_set on experiment (weight_set_id) where weight_set_id is not null;

drop trigger experiment_plan_is_final on experiment;
create trigger experiment_plan_is_final before update on experiment
    for each row when (old.plan <> new.plan or old.plan_digest <> new.plan_digest or old.split_id <> new.split_id
        or old.procedure <> new.procedure or old.weight_set_id is distinct from new.weight_set_id)
    execute function refuse_change('the plan of an experiment never changes');
