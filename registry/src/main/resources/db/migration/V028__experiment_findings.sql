-- What was found before an experiment started, and why it was started all the same. Both are kept for ever.

alter table experiment
    -- absent in experiments that are older than this
    add column findings jsonb,
    -- [{code, reason}], one for each blocking finding
    add column overrides jsonb not null default '[]';

create trigger experiment_findings_are_final before update on experiment
    for each row when (old.findings is distinct from new.findings or old.overrides <> new.overrides)
    execute function refuse_change('what was found before an experiment started never changes');
