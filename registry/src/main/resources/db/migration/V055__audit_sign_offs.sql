-- What people who looked at the contact sheet of an augmentation audit say of it.

create table audit_sign_off (
    id        uuid primary key,
    audit_id  uuid        not null references augmentation_audit,
    verdict   text        not null constraint audit_sign_off_verdict check (verdict in ('accepted', 'rejected')),
    -- who looked, in words, and the name of the API key that was used
    person    text        not null check (length(person) between 1 and 200),
    reason    text        not null check (length(reason) between 1 and 2000),
    signed_by text        not null,
    signed_at timestamptz not null default now()
);
create index audit_sign_off_audit on audit_sign_off (audit_id, id);

create trigger audit_sign_off_is_final before update or delete on audit_sign_off
    for each row execute function refuse_change('a sign-off stays for ever');
create trigger audit_sign_off_never_truncated before truncate on audit_sign_off
    for each statement execute function refuse_change('a sign-off stays for ever');

create function refuse_sign_off_without_sheet() returns trigger language plpgsql as $$
begin
    -- the lock lets a withdrawal that takes the sheet away finish first
    perform from augmentation_audit where id = new.audit_id and sheet_digest is not null for key share;
    if not found then
        raise exception 'only an augmentation audit with a contact sheet can be signed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger audit_sign_off_of_sheet before insert on audit_sign_off
    for each row execute function refuse_sign_off_without_sheet();
