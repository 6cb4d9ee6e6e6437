-- A stored split is bound by a digest over all that its row says: certificate and audit are proven anew, but name, time and the texts of its
-- specification and rules as they were written bind nothing. Splits from before have none.

alter table patient_split add column record_digest text check (is_sha256(record_digest));

-- A constraint and no trigger, which whoever owns the database can switch off for a moment.
do $$
begin
    execute format($check$alter table patient_split add constraint patient_split_is_bound
        check (record_digest is not null or created_at <= %L)$check$, now());
end $$;
