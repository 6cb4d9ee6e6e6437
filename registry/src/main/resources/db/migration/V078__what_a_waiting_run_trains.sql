-- What a run is to train is bound from its launch on: its experiment and fold, and of a search candidate, rung and inner fold. Its end replaces that
-- digest by one over everything. Runs that wait or are being trained already have none.

do $$
declare
    last uuid;
    at   timestamptz;
begin
    select id into last from run where finished_at is null and record_digest is null order by id desc limit 1;
    select max(created_at) into at from run where finished_at is null and record_digest is null;
    if last is null then
        alter table run add constraint run_launched_is_bound check (finished_at is not null or record_digest is not null);
    else
        execute format($check$alter table run add constraint run_launched_is_bound
            check (finished_at is not null or record_digest is not null or (id <= %L and created_at <= %L))$check$, last, at);
    end if;
end $$;
