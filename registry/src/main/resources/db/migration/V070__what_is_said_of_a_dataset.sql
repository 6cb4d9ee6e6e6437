-- What is said of a frozen dataset (positive label, modality, part of the body) is bound by a digest, as its images are. Datasets that are frozen
-- already have none, and nobody can say any more what was said when they were.

alter table dataset add column description_digest text check (is_sha256(description_digest));

-- A constraint and no trigger, which whoever owns the database can switch off for a moment.
do $$
begin
    execute format($check$alter table dataset add constraint dataset_frozen_is_described
        check (state <> 'frozen' or description_digest is not null or frozen_at <= %L)$check$, now());
end $$;
