-- Splits of more kinds: who straddles a cut is dropped, and what is kept together is said. Every new split has a certificate.

alter table patient_split
    add column rules jsonb not null default '{"keepTogether": ["patient", "duplicates"], "stratifyBy": ["label"]}',
    -- the canonical text, byte for byte, whose digest stands beside it; absent in splits that are older than certificates
    add column certificate text,
    add column certificate_digest text check (is_sha256(certificate_digest)),
    add constraint patient_split_certificate_has_digest check ((certificate is null) = (certificate_digest is null));

alter table fold_member drop constraint fold_member_role;
alter table fold_member add constraint fold_member_role
    check (role in ('train', 'validation', 'heldOut', 'test', 'dropped'));

create function refuse_set_aside_patients_elsewhere() returns trigger language plpgsql as $$
begin
    -- the primary key allows one role per fold; who is tested or dropped in the development fold is so in every other
    perform from written w
        join fold_member d on d.split_id = w.split_id and d.patient = w.patient and d.fold = -1
        where w.role <> d.role and (w.role in ('test', 'dropped') or d.role in ('test', 'dropped'));
    if found then
        raise exception 'a patient who is tested or dropped is so in every fold of a split'
            using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger fold_member_set_aside_everywhere after insert on fold_member
    referencing new table as written
    for each statement execute function refuse_set_aside_patients_elsewhere();

create function refuse_split_without_certificate() returns trigger language plpgsql as $$
begin
    if new.certificate is null then
        raise exception 'a split is stored with its certificate' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger patient_split_with_certificate before insert on patient_split
    for each row execute function refuse_split_without_certificate();
