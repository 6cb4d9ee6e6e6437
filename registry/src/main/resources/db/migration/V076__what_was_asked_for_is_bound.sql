-- Experiments, leakage experiments, audits, neighbourhoods, checks of explanations and replays are bound by a digest over what was asked for, what
-- was said before their start and what came of them. Those from before have none; a constraint, which stays where triggers are switched off, keeps all
-- younger ones from losing theirs.

do $$
declare
    bound text;
    last  uuid;
    at    timestamptz;
begin
    foreach bound in array array['experiment', 'leakage_experiment', 'augmentation_audit', 'neighbourhood', 'explanation_check', 'replay']
    loop
        execute format('alter table %I add column record_digest text check (is_sha256(record_digest))', bound);
        execute format('select id from %I order by id desc limit 1', bound) into last;
        execute format('select max(created_at) from %I', bound) into at;
        if last is null then
            execute format('alter table %1$I add constraint %2$I check (record_digest is not null)', bound, bound || '_is_bound');
        else
            execute format('alter table %1$I add constraint %2$I check (record_digest is not null or (id <= %3$L and created_at <= %4$L))',
                bound, bound || '_is_bound', last, at);
        end if;
    end loop;
end $$;

-- A leakage experiment trains on the dataset as well: none begins while a patient is withdrawn from it, or afterwards.

create function refuse_leakage_experiment_of_withdrawn() returns trigger language plpgsql as $$
begin
    -- the lock lets a withdrawal that is under way finish first
    perform from dataset where id = new.dataset_id for key share;
    perform from withdrawal_dataset where dataset_id = new.dataset_id;
    if found then
        raise exception 'a patient was withdrawn from the dataset; nothing new begins on it' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger leakage_experiment_on_whole_dataset before insert on leakage_experiment
    for each row execute function refuse_leakage_experiment_of_withdrawn();
