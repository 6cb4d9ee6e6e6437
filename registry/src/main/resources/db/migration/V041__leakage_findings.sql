-- What was found before a leakage experiment started, and why it was started all the same. Both are kept for ever.

alter table leakage_experiment
    -- absent in leakage experiments that are older than this
    add column findings jsonb,
    -- [{code, reason}], one for each blocking finding
    add column overrides jsonb not null default '[]';

create trigger leakage_experiment_findings_are_final before update on leakage_experiment
    for each row when (old.findings is distinct from new.findings or old.overrides <> new.overrides)
    execute function refuse_change('what was found before a leakage experiment started never changes');
