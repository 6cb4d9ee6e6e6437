-- What an evaluation says beside its figures: those of parts of its cases, and the cases to look at. Evaluations that ended before
-- have neither.

alter table evaluation
    add column subgroups    jsonb,
    add column error_review jsonb;
