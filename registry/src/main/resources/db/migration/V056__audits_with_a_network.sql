-- Augmentation audits may look at what a trained network answers.

alter table augmentation_audit add column run_id uuid references run;
create index augmentation_audit_run on augmentation_audit (run_id) where run_id is not null;

create trigger augmentation_audit_run_is_final before update on augmentation_audit
    for each row when (old.run_id is distinct from new.run_id)
    execute function refuse_change('the run of an augmentation audit never changes');
