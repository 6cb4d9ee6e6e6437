-- What validation says of each class after an epoch, and since when a training overfits.

alter table run_epoch
    add column validation_average_precision    double precision check (validation_average_precision between 0 and 1),
    add column validation_balanced_accuracy    double precision check (validation_balanced_accuracy between 0 and 1),
    add column validation_matthews_correlation double precision check (validation_matthews_correlation between -1 and 1),
    -- of every class its name, support, precision, recall, specificity and F1
    add column validation_classes              jsonb not null default '[]' check (jsonb_typeof(validation_classes) = 'array'),
    -- absent while the training does not overfit
    add column overfitting_since               int check (overfitting_since between 0 and epoch);
alter table run_epoch alter column validation_classes drop default;
