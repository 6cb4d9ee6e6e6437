-- What becomes of a binary model's probabilities before they meet the threshold; fitted and frozen with it.

alter table evaluation add column recalibration_method text not null default 'none'
    constraint evaluation_recalibration_method
        check (recalibration_method in ('none', 'temperature', 'platt', 'isotonic'));
alter table evaluation add constraint evaluation_recalibrates_where_a_threshold_is_frozen
    check (recalibration_method = 'none' or (subset = 'validation' and threshold_rule is not null));

alter table frozen_threshold add column recalibration jsonb;
alter table frozen_threshold add constraint frozen_threshold_recalibration_is_binary
    check (recalibration is null or value is not null);
