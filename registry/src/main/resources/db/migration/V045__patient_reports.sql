-- What a model is worth where patients are counted, not images, is kept with an evaluation; it names no patient.

alter table evaluation add column patient_report jsonb;
