-- The classes that may be right, as often as promised: limits are calibrated with a validation and frozen with its threshold; what the
-- sets do on other images is kept with an evaluation.

alter table evaluation
    add column coverage        double precision
        constraint evaluation_coverage check (coverage > 0 and coverage < 1),
    add column prediction_sets jsonb;
alter table evaluation add constraint evaluation_promises_where_a_threshold_is_frozen
    check (coverage is null or subset = 'validation');
alter table evaluation add constraint evaluation_reports_sets_on_other_images
    check (prediction_sets is null or subset in ('test', 'external'));

alter table frozen_threshold add column prediction_sets jsonb;
