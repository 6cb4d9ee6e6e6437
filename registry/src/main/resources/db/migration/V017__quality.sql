-- What a worker sees on images while a dataset is being frozen, and who set a finding aside.

-- images with equal numbers are copies of one picture; absent where an image has no copy
alter table dataset_image add column duplicate_group int check (duplicate_group >= 0);
create index dataset_image_duplicate_group on dataset_image (dataset_id, duplicate_group)
    where duplicate_group is not null;

drop trigger dataset_image_is_final on dataset_image;
create trigger dataset_image_is_final before update on dataset_image
    for each row when (old.duplicate_group is not null
        or to_jsonb(old) - 'duplicate_group' is distinct from to_jsonb(new) - 'duplicate_group')
    execute function refuse_change('the images of a dataset are replaced, never changed');
create trigger dataset_image_not_within_frozen after update on dataset_image referencing new table as touched
    for each statement execute function refuse_images_of_frozen_dataset();

create table image_measures (
    image_id         uuid primary key references dataset_image on delete cascade,
    -- grey values 0 to 255
    mean             real not null,
    deviation        real not null,
    -- bits
    entropy          real not null,
    -- variance of the Laplacian
    sharpness        real not null,
    black_share      real not null,
    white_share      real not null,
    -- the widest frame as a share of the side
    border           real not null,
    -- what the picture looks like in 63 bits
    picture_hash     bigint not null
);

create table finding_waiver (
    id         uuid primary key,
    dataset_id uuid        not null references dataset,
    code       text        not null check (length(code) between 1 and 100),
    reason     text        not null check (length(reason) between 1 and 2000),
    -- the name of the API key, as in test_opening
    waived_by  text        not null,
    waived_at  timestamptz not null default now(),
    unique (dataset_id, code)
);
create trigger finding_waiver_is_final before update or delete on finding_waiver
    for each row execute function refuse_change('a waiver stays for ever');
create trigger finding_waiver_never_truncated before truncate on finding_waiver
    for each statement execute function refuse_change('a waiver stays for ever');

create function refuse_waiver_of_nothing() returns trigger language plpgsql as $$
begin
    perform from dataset d, jsonb_array_elements(d.findings) f
        where d.id = new.dataset_id and d.state = 'frozen'
            and f ->> 'code' = new.code and f ->> 'severity' = 'blocking';
    if not found then
        raise exception 'only a blocking finding of a frozen dataset can be waived' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger finding_waiver_of_blocking_finding before insert on finding_waiver
    for each row execute function refuse_waiver_of_nothing();

create function refuse_split_past_findings() returns trigger language plpgsql as $$
begin
    perform from dataset d, jsonb_array_elements(d.findings) f
        where d.id = new.dataset_id and f ->> 'severity' = 'blocking'
            and not exists (select from finding_waiver w where w.dataset_id = d.id and w.code = f ->> 'code');
    if found then
        raise exception 'a blocking finding of the dataset is not waived' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger patient_split_without_blocking_findings before insert on patient_split
    for each row execute function refuse_split_past_findings();
