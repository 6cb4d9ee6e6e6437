-- Evaluations, the threshold that a run's validation froze, and every opening of a locked test subset.

create table evaluation (
    id              uuid primary key,
    -- an evaluation judges a run or a whole cross-validation
    run_id          uuid        references run,
    experiment_id   uuid        references experiment,
    -- the external dataset
    dataset_id      uuid        references dataset,
    subset          text        not null constraint evaluation_subset
                                check (subset in ('validation', 'outOfFold', 'test', 'external')),
    -- the rule that chooses the threshold; absent where the run's frozen threshold is used
    threshold_rule  jsonb,
    reason          text,
    shared_patients text        constraint evaluation_shared_patients
                                check (shared_patients in ('refuse', 'exclude', 'distinctPatients')),
    state           text        not null constraint evaluation_state
                                check (state in ('queued', 'running', 'succeeded', 'failed')),
    report          jsonb,
    -- the artifact with the scored cases behind the report
    cases_digest    text check (is_sha256(cases_digest)),
    failure         text,
    created_at      timestamptz not null,
    finished_at     timestamptz,
    version         bigint      not null,
    constraint evaluation_has_one_subject check ((subset = 'outOfFold') = (experiment_id is not null)
        and (subset <> 'outOfFold') = (run_id is not null)),
    constraint evaluation_external_names_dataset check ((subset = 'external') = (dataset_id is not null)
        and (subset = 'external') = (shared_patients is not null)),
    constraint evaluation_test_has_reason check (subset <> 'test' or reason is not null),
    constraint evaluation_distinct_patients_has_reason
        check (shared_patients is distinct from 'distinctPatients' or reason is not null),
    constraint evaluation_chooses_or_uses_threshold
        check ((subset in ('validation', 'outOfFold')) = (threshold_rule is not null)),
    constraint evaluation_finished_has_time check ((state in ('succeeded', 'failed')) = (finished_at is not null)),
    constraint evaluation_succeeded_is_complete
        check ((state = 'succeeded') = (report is not null and cases_digest is not null)),
    constraint evaluation_failed_has_failure check ((state = 'failed') = (failure is not null))
);
create index evaluation_run on evaluation (run_id);
create index evaluation_experiment on evaluation (experiment_id);
-- a run's threshold is chosen once
create unique index evaluation_validates_once on evaluation (run_id) where subset = 'validation' and state <> 'failed';

create trigger evaluation_finished_is_final before update or delete on evaluation
    for each row when (old.state in ('succeeded', 'failed'))
    execute function refuse_change('a finished evaluation never changes');
create trigger evaluation_never_truncated before truncate on evaluation
    for each statement execute function refuse_change('evaluations are never truncated');

create table frozen_threshold (
    run_id        uuid primary key references run,
    evaluation_id uuid             not null unique references evaluation,
    rule          jsonb            not null,
    value         double precision not null check (value between 0 and 1),
    frozen_at     timestamptz      not null default clock_timestamp()
);
create trigger frozen_threshold_is_final before update or delete on frozen_threshold
    for each row execute function refuse_change('a frozen threshold never changes');
create trigger frozen_threshold_never_truncated before truncate on frozen_threshold
    for each statement execute function refuse_change('a frozen threshold never changes');

create table test_opening (
    id            uuid primary key,
    split_id      uuid        not null references patient_split,
    evaluation_id uuid        not null unique references evaluation,
    number        int         not null check (number >= 1),
    reason        text        not null check (length(reason) between 1 and 1000),
    opened_by     text        not null,
    opened_at     timestamptz not null default clock_timestamp(),
    unique (split_id, number)
);
create trigger test_opening_is_append_only before update or delete on test_opening
    for each row execute function refuse_change('openings of a test subset are counted for ever');
create trigger test_opening_never_truncated before truncate on test_opening
    for each statement execute function refuse_change('openings of a test subset are counted for ever');
