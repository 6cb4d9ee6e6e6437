-- From which manifest a dataset was frozen is bound by a digest of its own, since a withdrawal takes manifests away and leaves the rest of what is said
-- of a dataset. That rest, in description_digest, is more than it was: the digests of datasets that are frozen already keep the form that they have,
-- and nobody can say any more which manifest those had.

alter table dataset add column frozen_manifest_digest text check (is_sha256(frozen_manifest_digest));

do $$
declare
    last uuid;
    at   timestamptz;
begin
    select id into last from dataset where state = 'frozen' order by id desc limit 1;
    select max(frozen_at) into at from dataset where state = 'frozen';
    if last is null then
        alter table dataset add constraint dataset_frozen_has_manifest_bound check (state <> 'frozen' or frozen_manifest_digest is not null);
    else
        execute format($check$alter table dataset add constraint dataset_frozen_has_manifest_bound
            check (state <> 'frozen' or frozen_manifest_digest is not null or (id <= %L and frozen_at <= %L))$check$, last, at);
    end if;
end $$;
