-- Augmentation audits: what a plan's augmentations make of the training images of a split.

alter table job drop constraint job_kind;
alter table job add constraint job_kind
    check (kind in ('ingest', 'train', 'evaluate', 'summarise', 'replay', 'leakageExperiment', 'augmentationAudit'));

create table augmentation_audit (
    id           uuid primary key,
    split_id     uuid        not null references patient_split,
    plan         jsonb       not null,
    plan_digest  text        not null check (is_sha256(plan_digest)),
    state        text        not null constraint augmentation_audit_state
                             check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    report       jsonb,
    -- the artifact with the contact sheet, a PNG file; a withdrawal takes it away
    sheet_digest text        check (is_sha256(sheet_digest)),
    failure      text,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    version      bigint      not null,
    constraint augmentation_audit_finished_has_time
        check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint augmentation_audit_succeeded_has_report check ((state = 'succeeded') = (report is not null)),
    constraint augmentation_audit_sheet_with_report check (sheet_digest is null or report is not null),
    constraint augmentation_audit_failed_has_failure check ((state = 'failed') = (failure is not null))
);
create index augmentation_audit_split on augmentation_audit (split_id, id);
create index augmentation_audit_sheet on augmentation_audit (sheet_digest) where sheet_digest is not null;

create trigger augmentation_audit_plan_is_final before update on augmentation_audit
    for each row when (old.plan <> new.plan or old.plan_digest <> new.plan_digest or old.split_id <> new.split_id)
    execute function refuse_change('the plan of an augmentation audit never changes');
create trigger augmentation_audit_succeeds_with_sheet before update on augmentation_audit
    for each row when (old.state <> 'succeeded' and new.state = 'succeeded' and new.sheet_digest is null)
    execute function refuse_change('an augmentation audit succeeds with a contact sheet');
create trigger augmentation_audit_never_truncated before truncate on augmentation_audit
    for each statement execute function refuse_change('augmentation audits are never truncated');

-- a contact sheet shows images of patients: it goes when one of the dataset is withdrawn
create trigger augmentation_audit_finished_is_never_deleted before delete on augmentation_audit
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change('a finished augmentation audit never changes');
create function refuse_change_of_finished_audit() returns trigger language plpgsql as $$
begin
    perform from patient_split s where s.id = old.split_id and withdraws_from(s.dataset_id);
    if found and new.sheet_digest is null and to_jsonb(new) - 'sheet_digest' = to_jsonb(old) - 'sheet_digest' then
        return new;
    end if;
    raise exception 'a finished augmentation audit never changes' using errcode = 'restrict_violation';
end $$;
create trigger augmentation_audit_finished_is_final before update on augmentation_audit
    for each row when (old.state in ('succeeded', 'failed', 'cancelled'))
    execute function refuse_change_of_finished_audit();

create function refuse_withdrawal_that_leaves_sheets() returns trigger language plpgsql as $$
begin
    perform from augmentation_audit a join patient_split s on s.id = a.split_id
        where s.dataset_id = new.dataset_id and a.sheet_digest is not null;
    if found then
        raise exception 'a withdrawal leaves no contact sheet of its dataset' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create constraint trigger withdrawal_erases_contact_sheets after insert on withdrawal_dataset
    deferrable initially deferred for each row execute function refuse_withdrawal_that_leaves_sheets();

-- the lock lets a withdrawal that is under way finish first
create function refuse_audit_of_withdrawn() returns trigger language plpgsql as $$
declare
    judged uuid := (select dataset_id from patient_split where id = new.split_id);
begin
    perform from dataset where id = judged for key share;
    perform from withdrawal_dataset where dataset_id = judged;
    if found then
        raise exception 'a patient was withdrawn from the dataset; nothing new begins on it' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger augmentation_audit_on_whole_dataset before insert on augmentation_audit
    for each row execute function refuse_audit_of_withdrawn();
