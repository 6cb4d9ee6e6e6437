-- Which images of a frozen dataset are copies of each other, by which every split keeps patients together, is bound by a digest. Datasets that are
-- frozen already have none, and nobody can say any more what was found when they were.

alter table dataset add column duplicates_digest text check (is_sha256(duplicates_digest));

do $$
declare
    last uuid;
    at   timestamptz;
begin
    select id into last from dataset where state = 'frozen' order by id desc limit 1;
    select max(frozen_at) into at from dataset where state = 'frozen';
    if last is null then
        alter table dataset add constraint dataset_frozen_has_duplicates_bound check (state <> 'frozen' or duplicates_digest is not null);
    else
        execute format($check$alter table dataset add constraint dataset_frozen_has_duplicates_bound
            check (state <> 'frozen' or duplicates_digest is not null or (id <= %L and frozen_at <= %L))$check$, last, at);
    end if;
end $$;
