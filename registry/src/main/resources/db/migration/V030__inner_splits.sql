-- Splits of the patients whom a fold of another split learns from: the inner folds of nested cross-validations.

alter table patient_split
    add column outer_split_id uuid references patient_split,
    add column outer_fold     smallint check (outer_fold >= 0),
    -- of those patients' images alone, in the place of the dataset's digest
    add column cohort_digest  text check (is_sha256(cohort_digest)),
    add constraint patient_split_inner_is_complete
        check (num_nonnulls(outer_split_id, outer_fold, cohort_digest) in (0, 3));
create index patient_split_outer on patient_split (outer_split_id, outer_fold) where outer_split_id is not null;

create function refuse_inner_split_of_other_than_a_fold() returns trigger language plpgsql as $$
begin
    perform from patient_split o
        where o.id = new.outer_split_id and o.dataset_id = new.dataset_id and o.outer_split_id is null
            and exists (select from fold_member m where m.split_id = o.id and m.fold = new.outer_fold);
    if not found then
        raise exception 'an inner split is within a fold of a split of the same dataset'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger patient_split_inner_of_a_fold before insert on patient_split
    for each row when (new.outer_split_id is not null) execute function refuse_inner_split_of_other_than_a_fold();

create function refuse_strangers_in_inner_split() returns trigger language plpgsql as $$
begin
    perform from written w join patient_split s on s.id = w.split_id
        where s.outer_split_id is not null and (w.role in ('test', 'dropped') or not exists (
            select from fold_member o
            where o.split_id = s.outer_split_id and o.fold = s.outer_fold and o.patient = w.patient
                and o.role in ('train', 'validation')));
    if found then
        raise exception 'an inner split holds only patients whom its outer fold learns from'
            using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger fold_member_within_outer_fold after insert on fold_member
    referencing new table as written
    for each statement execute function refuse_strangers_in_inner_split();
