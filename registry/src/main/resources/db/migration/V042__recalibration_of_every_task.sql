-- Probabilities of several classes and of labels are recalibrated too, with or without a threshold; what a recalibration does to figures
-- of other images is kept with an evaluation.

alter table evaluation drop constraint evaluation_recalibrates_where_a_threshold_is_frozen;
alter table evaluation add constraint evaluation_recalibrates_where_a_threshold_is_frozen
    check (recalibration_method = 'none' or subset = 'validation');
alter table frozen_threshold drop constraint frozen_threshold_recalibration_is_binary;

alter table evaluation add column recalibration_effect jsonb;
alter table evaluation add constraint evaluation_tells_of_recalibration_on_other_images
    check (recalibration_effect is null or subset in ('test', 'external'));
