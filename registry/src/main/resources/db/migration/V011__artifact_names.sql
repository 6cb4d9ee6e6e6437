-- The sweep of artifacts asks of every digest whether a row names it.
create index upload_image_digest on upload_image (digest);
create index dataset_manifest on dataset (manifest_digest) where manifest_digest is not null;
create index evaluation_cases on evaluation (cases_digest) where cases_digest is not null;
create index model_version_bundle on model_version (bundle_digest);
