-- Names of a dataset's images that look the same to people or to some file systems are found by an index: the digest of the name in one
-- case and one Unicode form, as no index takes the longest of names. Rows from before have none: the database would write letters small
-- by other rules than the service.

alter table upload_image add column collision_digest text check (is_sha256(collision_digest));
create unique index upload_image_collision_digest on upload_image (dataset_id, collision_digest);
