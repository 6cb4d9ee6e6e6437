-- Profile and findings of a frozen dataset are bound by a digest, as its images and what is said of it are. Datasets that are frozen already have
-- none, and nobody can say any more what was found when they were.

alter table dataset add column examination_digest text check (is_sha256(examination_digest));

-- A constraint and no trigger, which whoever owns the database can switch off for a moment.
do $$
begin
    execute format($check$alter table dataset add constraint dataset_frozen_is_examined
        check (state <> 'frozen' or examination_digest is not null or frozen_at <= %L)$check$, now());
end $$;

-- What a job was doing is over with the job.
update job set message = null where state in ('finished', 'failed', 'cancelled') and message is not null;
