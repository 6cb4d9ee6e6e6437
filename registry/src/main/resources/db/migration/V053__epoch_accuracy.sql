-- Plain accuracy of the validation images after an epoch; absent in epochs from before it was counted.

alter table run_epoch
    add column validation_accuracy double precision check (validation_accuracy between 0 and 1);
