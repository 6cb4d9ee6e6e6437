-- With what torchvision's names of tensors begin, by what those in the file begin with: what a worker needs to read the file again.

alter table imported_weight_set
    add column mapping jsonb not null default '{}' check (jsonb_typeof(mapping) = 'object');
alter table imported_weight_set alter column mapping drop default;
