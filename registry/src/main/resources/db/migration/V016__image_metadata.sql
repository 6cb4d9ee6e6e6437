-- What image files say of patient, examination and device (identifiers as keyed pseudonyms), and which datasets take only files
-- that say they are de-identified.

alter table upload_image add column metadata jsonb;
alter table dataset_image add column metadata jsonb;
alter table dataset add column deidentified_only boolean not null default false;
