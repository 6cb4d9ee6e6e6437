-- Patient splits. The primary key of fold_member makes a patient with two roles in one fold impossible.

create table patient_split (
    id         uuid primary key,
    dataset_id uuid        not null references dataset,
    name       text        not null check (length(name) between 1 and 100),
    seed       bigint      not null,
    spec       jsonb       not null,
    digest     text      not null check (is_sha256(digest)),
    audit      jsonb       not null,
    created_at timestamptz not null,
    unique (dataset_id, name)
);

create table fold_member (
    split_id uuid     not null references patient_split,
    -- -1: the development fold
    fold     smallint not null check (fold >= -1),
    patient  text     not null,
    role     text     not null constraint fold_member_role check (role in ('train', 'validation', 'heldOut', 'test')),
    primary key (split_id, fold, patient)
);

create trigger patient_split_is_final before update or delete on patient_split
    for each row execute function refuse_change('a split never changes');
create trigger patient_split_never_truncated before truncate on patient_split
    for each statement execute function refuse_change('a split never changes');
create trigger fold_member_is_final before update or delete on fold_member
    for each row execute function refuse_change('a split never changes');
create trigger fold_member_never_truncated before truncate on fold_member
    for each statement execute function refuse_change('a split never changes');

create function refuse_members_of_older_split() returns trigger language plpgsql as $$
begin
    -- a split's members are written by the transaction that writes the split, and by no other
    perform from patient_split s
        where s.id in (select split_id from written) and s.xmin <> pg_current_xact_id()::xid;
    if found then
        raise exception 'a split never changes' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger fold_member_with_its_split after insert on fold_member
    referencing new table as written
    for each statement execute function refuse_members_of_older_split();

create function refuse_split_of_draft() returns trigger language plpgsql as $$
begin
    perform from dataset where id = new.dataset_id and state = 'frozen';
    if not found then
        raise exception 'only a frozen dataset can be split' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger patient_split_of_frozen_dataset before insert on patient_split
    for each row execute function refuse_split_of_draft();
