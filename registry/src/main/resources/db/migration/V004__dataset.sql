-- Datasets: a draft takes uploads, a frozen one never changes again.

create table dataset (
    id                 uuid primary key,
    project_id         uuid        not null references project,
    name               text        not null check (length(name) between 1 and 100),
    task               text        not null constraint dataset_task check (task in ('binary')),
    positive_label     text,
    modality           text,
    body_part          text,
    layout             jsonb       not null,
    patient_label_rule text        not null constraint dataset_patient_label_rule
                                   check (patient_label_rule in ('anyPositive', 'majority', 'latest')),
    state              text        not null constraint dataset_state check (state in ('draft', 'freezing', 'frozen')),
    manifest_digest    text check (is_sha256(manifest_digest)),
    -- the paths in a manifest are relative to the folder it lies in
    manifest_name      text        check (length(manifest_name) between 1 and 512),
    -- for a binary task first the negative, then the positive class; known from the start of freezing
    classes            text[],
    digest             text check (is_sha256(digest)),
    image_count        int         not null default 0,
    patient_count      int         not null default 0,
    profile            jsonb,
    findings           jsonb       not null default '[]',
    frozen_at          timestamptz,
    created_at         timestamptz not null,
    version            bigint      not null,
    unique (project_id, name),
    constraint dataset_manifest_has_name check ((manifest_digest is null) = (manifest_name is null)),
    constraint dataset_frozen_is_complete check (state <> 'frozen'
        or (digest is not null and classes is not null and profile is not null and frozen_at is not null))
);

alter table upload add foreign key (dataset_id) references dataset;
alter table upload_image add foreign key (dataset_id) references dataset;

create table dataset_image (
    id          uuid primary key,
    dataset_id  uuid   not null references dataset,
    name        text   not null,
    digest      text not null check (is_sha256(digest)),
    patient     text   not null check (length(patient) between 1 and 128),
    label       text   not null check (label <> ''),
    acquired_on date,
    site        text,
    width       int    not null,
    height      int    not null,
    channels    int    not null,
    bit_depth   int    not null,
    size_bytes  bigint not null,
    unique (dataset_id, name),
    foreign key (dataset_id, name) references upload_image (dataset_id, name)
);
create index dataset_image_patient on dataset_image (dataset_id, patient);
create index dataset_image_label on dataset_image (dataset_id, label);
create index dataset_image_digest on dataset_image (digest);

-- Refuses whatever it is attached to; its argument says why.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%', tg_argv[0] using errcode = 'restrict_violation';
end $$;

create trigger dataset_frozen_is_final before update or delete on dataset
    for each row when (old.state = 'frozen') execute function refuse_change('a frozen dataset never changes');
create trigger dataset_never_truncated before truncate on dataset
    for each statement execute function refuse_change('datasets are never truncated');

create function refuse_images_of_frozen_dataset() returns trigger language plpgsql as $$
begin
    -- the lock keeps the datasets from being frozen until this transaction has ended
    perform from dataset where id in (select dataset_id from touched) order by id for share;
    perform from dataset where id in (select dataset_id from touched) and state = 'frozen';
    if found then
        raise exception 'the images of a frozen dataset never change' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger dataset_image_not_into_frozen after insert on dataset_image referencing new table as touched
    for each statement execute function refuse_images_of_frozen_dataset();
create trigger dataset_image_not_out_of_frozen after delete on dataset_image referencing old table as touched
    for each statement execute function refuse_images_of_frozen_dataset();
create trigger dataset_image_is_final before update on dataset_image
    for each row execute function refuse_change('the images of a dataset are replaced, never changed');
create trigger dataset_image_never_truncated before truncate on dataset_image
    for each statement execute function refuse_change('images of datasets are never truncated');

create function refuse_uploads_outside_draft() returns trigger language plpgsql as $$
begin
    perform from dataset where id in (select dataset_id from touched) order by id for share;
    perform from dataset where id in (select dataset_id from touched) and state <> 'draft';
    if found then
        raise exception 'only a draft dataset takes uploads' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger upload_into_draft after insert on upload referencing new table as touched
    for each statement execute function refuse_uploads_outside_draft();
create trigger upload_out_of_draft after delete on upload referencing old table as touched
    for each statement execute function refuse_uploads_outside_draft();
create trigger upload_is_final before update on upload
    for each row execute function refuse_change('an upload never changes');
create trigger upload_never_truncated before truncate on upload
    for each statement execute function refuse_change('uploads are never truncated');
create trigger upload_image_into_draft after insert on upload_image referencing new table as touched
    for each statement execute function refuse_uploads_outside_draft();
create trigger upload_image_out_of_draft after delete on upload_image referencing old table as touched
    for each statement execute function refuse_uploads_outside_draft();
create trigger upload_image_is_final before update on upload_image
    for each row execute function refuse_change('an uploaded image never changes');
create trigger upload_image_never_truncated before truncate on upload_image
    for each statement execute function refuse_change('uploaded images are never truncated');
