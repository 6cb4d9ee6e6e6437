-- Evaluations and runs that have ended, the artifacts of runs, frozen thresholds and openings of test subsets are bound by a digest over what
-- they say, as frozen datasets are. Those from before have none, and nobody can say any more what they said then.

alter table evaluation       add column record_digest text check (is_sha256(record_digest));
alter table run              add column record_digest text check (is_sha256(record_digest));
alter table run_artifact     add column record_digest text check (is_sha256(record_digest));
alter table frozen_threshold add column record_digest text check (is_sha256(record_digest));
alter table test_opening     add column record_digest text check (is_sha256(record_digest));

-- Constraints and no triggers, which whoever owns the database can switch off for a moment.
do $$
declare
    made record;
begin
    for made in select * from (values
        ('evaluation', 'finished_at'), ('run', 'finished_at'), ('run_artifact', 'created_at'),
        ('frozen_threshold', 'frozen_at'), ('test_opening', 'opened_at')) as t (name, at)
    loop
        execute format($check$alter table %1$s add constraint %1$s_is_bound
            check (%2$s is null or record_digest is not null or %2$s <= %3$L)$check$, made.name, made.at, now());
    end loop;
end $$;

-- A withdrawal binds anew what it takes cases out of.

create or replace function refuse_change_of_finished_evaluation() returns trigger language plpgsql as $$
begin
    if withdraws_from_evaluation(old.id) and (new.cases_digest = old.cases_digest or withdraws_content(old.cases_digest))
        and to_jsonb(new) - array['cases_digest', 'error_review', 'record_digest']
            = to_jsonb(old) - array['cases_digest', 'error_review', 'record_digest']
        and (old.record_digest is null) = (new.record_digest is null)
    then
        return new;
    end if;
    raise exception 'a finished evaluation never changes' using errcode = 'restrict_violation';
end $$;

-- Of the patients of a test subset, how many /predict had answered for before it was opened; absent in openings from before this was counted.
alter table test_opening
    add column answered_before int check (answered_before between 0 and patients);
