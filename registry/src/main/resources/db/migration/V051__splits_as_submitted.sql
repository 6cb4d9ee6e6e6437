-- What an experiment was submitted with is frozen with it, and a split without its certificate is none.

-- not of splits that are older than certificates; a worker refuses those
alter table patient_split
    add constraint patient_split_has_certificate check (certificate is not null) not valid;

-- the split's digest at the time of submission: whoever rewrites a split consistently makes another sound one
alter table experiment add column split_digest text check (is_sha256(split_digest));
alter table experiment disable trigger experiment_finished_is_final;
update experiment e set split_digest = s.digest from patient_split s where s.id = e.split_id;
alter table experiment enable trigger experiment_finished_is_final;
alter table experiment alter column split_digest set not null;

create function freeze_split_of_experiment() returns trigger language plpgsql as $$
begin
    new.split_digest := (select digest from patient_split where id = new.split_id);
    return new;
end $$;
create trigger experiment_freezes_split before insert on experiment
    for each row execute function freeze_split_of_experiment();
create trigger experiment_split_is_final before update on experiment
    for each row when (old.split_digest <> new.split_digest)
    execute function refuse_change('the split of an experiment never changes');

alter table search_fold add column inner_split_digest text check (is_sha256(inner_split_digest));
alter table search_fold disable trigger search_fold_is_final;
update search_fold f set inner_split_digest = s.digest from patient_split s where s.id = f.inner_split_id;
alter table search_fold enable trigger search_fold_is_final;
alter table search_fold alter column inner_split_digest set not null;

create function freeze_inner_split_of_search() returns trigger language plpgsql as $$
begin
    new.inner_split_digest := (select digest from patient_split where id = new.inner_split_id);
    return new;
end $$;
create trigger search_fold_freezes_split before insert on search_fold
    for each row execute function freeze_inner_split_of_search();
