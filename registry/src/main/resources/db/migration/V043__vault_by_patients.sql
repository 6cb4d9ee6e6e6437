-- Whom a split locks away is locked away from the whole project: an opening says which figures it was for, how many of its patients had been
-- opened before under any split, and how many had been read before by what was started on other splits.

-- The patients who have one of these roles in a split's development fold, wherever the project knows them: in the split's dataset by their
-- key, in every dataset of the project by byte-identical images. Equal keys of two datasets may be two people (decision 5).
create function known_in_project(asked uuid, roles text[])
    returns table (dataset_id uuid, patient text, own text) language sql stable as $$
    with own as (
        select s.dataset_id, m.patient from patient_split s join fold_member m on m.split_id = s.id
        where s.id = asked and m.fold = -1 and m.role = any (roles)
    )
    select o.dataset_id, o.patient, o.patient from own o
    union
    select j.dataset_id, j.patient, o.patient from own o
        join dataset_image i on i.dataset_id = o.dataset_id and i.patient = o.patient
        join dataset_image j on j.digest = i.digest
        join dataset d on d.id = j.dataset_id
        join dataset home on home.id = o.dataset_id and home.project_id = d.project_id
$$;

alter table test_opening
    -- the figures that it was for, as the report names them; absent in openings that are older than this, and so below
    add column metrics        text[] constraint test_opening_metrics
                              check (cardinality(metrics) >= 1 and array_position(metrics, null) is null),
    -- whom the split locked away
    add column patients       int    check (patients >= 1),
    -- those of them who had been opened before
    add column opened_before  int    check (opened_before between 0 and patients),
    -- those of them who had been trained on, validated on, held out, or judged as external images
    add column read_before    int    check (read_before between 0 and patients),
    -- the experiments and external evaluations that had read them
    add column read_by        uuid[] check (array_position(read_by, null) is null),
    add constraint test_opening_is_complete
        check (num_nonnulls(metrics, patients, opened_before, read_before, read_by) in (0, 5)),
    add constraint test_opening_readers_read check ((read_before = 0) = (cardinality(read_by) = 0));

create function refuse_opening_without_metrics() returns trigger language plpgsql as $$
begin
    if new.metrics is null then
        raise exception 'an opening names the figures that it is for' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger test_opening_names_metrics before insert on test_opening
    for each row execute function refuse_opening_without_metrics();
