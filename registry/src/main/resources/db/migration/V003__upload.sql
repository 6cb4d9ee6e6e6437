-- Files that were accepted. A refused upload leaves nothing behind, neither here nor in the artifact store.

create table upload (
    id         uuid primary key,
    dataset_id uuid        not null,
    name       text        not null check (length(name) between 1 and 512),
    media_type text        not null,
    size_bytes bigint      not null check (size_bytes >= 0),
    digest     text      not null check (is_sha256(digest)),
    images     int         not null check (images >= 0),
    created_at timestamptz not null
);
create index upload_dataset on upload (dataset_id);

create table upload_image (
    dataset_id uuid   not null,
    name       text   not null check (length(name) between 1 and 512),
    digest     text not null check (is_sha256(digest)),
    size_bytes bigint not null check (size_bytes > 0),
    media_type text   not null,
    width      int    not null check (width > 0),
    height     int    not null check (height > 0),
    channels   int    not null check (channels > 0),
    bit_depth  int    not null check (bit_depth > 0),
    upload_id  uuid   not null references upload,
    primary key (dataset_id, name)
);
create index upload_image_upload on upload_image (upload_id);
