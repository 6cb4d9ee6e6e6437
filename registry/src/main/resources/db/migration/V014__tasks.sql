-- Beside two exclusive classes, several of them, or labels of which an image shows any number.

alter table dataset drop constraint dataset_task;
alter table dataset add constraint dataset_task check (task in ('binary', 'multiclass', 'multilabel'));

drop index dataset_image_label;
alter table dataset_image drop constraint dataset_image_label_check;
alter table dataset_image alter column label type text[] using array[label];
alter table dataset_image rename column label to labels;
-- none where labels do not exclude each other and the image shows none of them
alter table dataset_image add constraint dataset_image_labels_have_names
    check (array_position(labels, '') is null and array_position(labels, null) is null);
create index dataset_image_labels on dataset_image using gin (labels);

-- of several exclusive classes the most probable is taken: there is no threshold, and no rule to choose it by
alter table evaluation drop constraint evaluation_chooses_or_uses_threshold;
alter table evaluation add constraint evaluation_chooses_or_uses_threshold
    check (threshold_rule is null or subset in ('validation', 'outOfFold'));

alter table frozen_threshold alter column rule drop not null;
alter table frozen_threshold alter column value drop not null;
-- one for each label, in the order of the dataset's classes
alter table frozen_threshold add column label_values double precision[];
alter table frozen_threshold add constraint frozen_threshold_label_values
    check (0 <= all (label_values) and 1 >= all (label_values) and array_position(label_values, null) is null);
alter table frozen_threshold add constraint frozen_threshold_is_of_one_task
    check (num_nonnulls(value, label_values) = num_nonnulls(rule));

alter table prediction alter column probability drop not null;
alter table prediction alter column threshold drop not null;
alter table prediction alter column decision drop not null;
-- of other tasks than binary ones: the probability of each class, in the model's order, and the classes that were decided for
alter table prediction add column probabilities double precision[];
alter table prediction add column decided text[];
alter table prediction add constraint prediction_probabilities
    check (0 <= all (probabilities) and 1 >= all (probabilities) and array_position(probabilities, null) is null);
alter table prediction add constraint prediction_is_of_one_task
    check (num_nonnulls(probability, threshold, decision) in (0, 3)
        and num_nonnulls(probabilities, decided) in (0, 2)
        and num_nonnulls(probability, probabilities) = 1);
