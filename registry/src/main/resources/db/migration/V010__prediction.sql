-- What a model version answered. Neither the image nor its file name is kept.

create table prediction (
    id                uuid primary key,
    model_version_id  uuid             not null references model_version,
    input_digest      text           not null check (is_sha256(input_digest)),
    input_fingerprint text             not null,
    probability       double precision not null check (probability between 0 and 1),
    threshold         double precision not null check (threshold between 0 and 1),
    decision          boolean          not null,
    milliseconds      double precision not null check (milliseconds >= 0),
    created_at        timestamptz      not null
);
create index prediction_model_version on prediction (model_version_id, created_at);

create trigger prediction_is_append_only before update or delete on prediction
    for each row execute function refuse_change('a prediction never changes');
create trigger prediction_never_truncated before truncate on prediction
    for each statement execute function refuse_change('a prediction never changes');
