-- Whom roles that were made elsewhere keep together though nothing in the data says so, such as twins: closed groups, disjoint. The
-- certificate of a split is made with them, and inner folds hold them.

create table kept_together (
    split_id uuid     not null,
    -- the development fold, in which every patient has a role: a withdrawal takes the patient out here as well
    fold     smallint not null default -1 check (fold = -1),
    patient  text     not null,
    number   int      not null check (number >= 0),
    primary key (split_id, patient),
    foreign key (split_id, fold, patient) references fold_member on delete cascade
);

create trigger kept_together_is_final before update on kept_together
    for each row execute function refuse_change('a split never changes');
create trigger kept_together_never_truncated before truncate on kept_together
    for each statement execute function refuse_change('a split never changes');
create trigger kept_together_with_its_split after insert on kept_together
    referencing new table as written
    for each statement execute function refuse_members_of_older_split();

create function refuse_parting_of_members() returns trigger language plpgsql as $$
begin
    perform from fold_member m where m.split_id = old.split_id and m.fold = old.fold and m.patient = old.patient;
    if found then
        raise exception 'a split never changes' using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger kept_together_goes_with_its_member before delete on kept_together
    for each row execute function refuse_parting_of_members();
