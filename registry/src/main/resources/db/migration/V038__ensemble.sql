-- Ensembles: runs that trained nothing and answer with the mean of what other runs answer.

alter table experiment drop constraint experiment_procedure;
alter table experiment add constraint experiment_procedure
    check (procedure in ('train', 'crossValidation', 'nestedCrossValidation', 'ensemble'));

alter table run
    -- of an ensemble, how many runs it is made of; absent of a training
    add column members smallint check (members >= 2),
    drop constraint run_succeeded_is_complete,
    add constraint run_succeeded_is_complete
        check (members is not null or (state = 'succeeded') = (best_epoch is not null and provenance is not null)),
    add constraint run_ensemble_is_no_training check (members is null
        or (fold = -1 and num_nonnulls(candidate, best_epoch, provenance, held_out_roc_auc) = 0));

drop trigger run_subject_is_final on run;
create trigger run_subject_is_final before update on run
    for each row when (old.experiment_id <> new.experiment_id or old.fold <> new.fold
        or old.candidate is distinct from new.candidate or old.rung is distinct from new.rung
        or old.inner_fold is distinct from new.inner_fold or old.members is distinct from new.members)
    execute function refuse_change('what a run is of never changes');

create table ensemble_member (
    run_id         uuid     not null references run,
    position       smallint not null check (position >= 0),
    member_id      uuid     not null references run,
    -- of the member's weights, so that the ensemble is what it was made from
    weights_digest text     not null check (is_sha256(weights_digest)),
    primary key (run_id, position),
    unique (run_id, member_id),
    constraint ensemble_member_is_another_run check (run_id <> member_id)
);
create index ensemble_member_member on ensemble_member (member_id);
create index ensemble_member_weights on ensemble_member (weights_digest);

create trigger ensemble_member_is_final before update or delete on ensemble_member
    for each row execute function refuse_change('an ensemble never changes');
create trigger ensemble_member_never_truncated before truncate on ensemble_member
    for each statement execute function refuse_change('an ensemble never changes');

create function refuse_member_of_other_kind() returns trigger language plpgsql as $$
begin
    perform from run e
        join experiment x on x.id = e.experiment_id
        join run m on m.id = new.member_id
        join experiment y on y.id = m.experiment_id
        join run_artifact a on a.run_id = m.id and a.kind = 'weights'
        where e.id = new.run_id and e.members is not null and e.state <> 'succeeded'
            and m.members is null and m.candidate is null and m.state = 'succeeded'
            and y.split_id = x.split_id and a.digest = new.weights_digest;
    if not found then
        raise exception 'a member of an ensemble is a training on the same split that has succeeded and has those weights'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger ensemble_member_is_trained before insert on ensemble_member
    for each row execute function refuse_member_of_other_kind();

create function refuse_ensemble_out_of_place() returns trigger language plpgsql as $$
begin
    perform from experiment where id = new.experiment_id and (procedure = 'ensemble') <> (new.members is not null);
    if found then
        raise exception 'an ensemble is the run of an experiment of its own' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger run_ensemble_in_place before insert on run
    for each row execute function refuse_ensemble_out_of_place();

-- Trainings on the development fold see the same validation patients; those on the folds of a cross-validation leave every patient to
-- one of them, if none is missing.
create function refuse_incomplete_ensemble() returns trigger language plpgsql as $$
declare
    folds      smallint[];
    origins    int;
    every_fold smallint[];
begin
    select array_agg(m.fold order by m.fold), count(distinct m.experiment_id) into folds, origins
        from ensemble_member e join run m on m.id = e.member_id where e.run_id = new.id;
    select array_agg(distinct f.fold order by f.fold) into every_fold
        from experiment x join fold_member f on f.split_id = x.split_id
        where x.id = new.experiment_id and f.fold >= 0;
    if cardinality(folds) is distinct from new.members::int
        or not (-1 = all (folds) or (origins = 1 and folds = every_fold))
    then
        raise exception 'an ensemble has all of its members: of the development fold, or one of each fold of a cross-validation'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger run_ensemble_is_complete before insert or update on run
    for each row when (new.members is not null and new.state = 'succeeded') execute function refuse_incomplete_ensemble();
