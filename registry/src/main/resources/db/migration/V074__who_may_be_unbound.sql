-- Splits from before they were bound have no digest over their row. Which these are was told by their time, which whoever takes a digest away can
-- set back as well. Ids rise with time and others refer to them: no split that is younger than the last one without a digest loses its own.

do $$
declare
    last uuid;
    at   timestamptz;
begin
    select id into last from patient_split where record_digest is null order by id desc limit 1;
    select max(created_at) into at from patient_split where record_digest is null;
    alter table patient_split drop constraint patient_split_is_bound;
    if last is null then
        alter table patient_split add constraint patient_split_is_bound check (record_digest is not null);
    else
        execute format($check$alter table patient_split add constraint patient_split_is_bound
            check (record_digest is not null or (id <= %L and created_at <= %L))$check$, last, at);
    end if;
end $$;
