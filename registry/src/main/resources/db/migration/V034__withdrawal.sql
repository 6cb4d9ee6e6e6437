-- The withdrawal of a patient: who took whose data out of what, without the patient. Everything that is frozen stays so for every
-- other transaction; the one that writes a withdrawal may take out what the withdrawal names, and has to.

create table withdrawal (
    id           uuid primary key,
    project_id   uuid        not null references project,
    reason       text        not null check (length(reason) between 1 and 2000),
    -- the name of the API key, as in finding_waiver
    withdrawn_by text        not null,
    withdrawn_at timestamptz not null default clock_timestamp(),
    -- images of drafts, which are no dataset yet and stay as useful as before
    draft_images int         not null check (draft_images >= 0),
    -- recorded answers to images that were erased
    predictions  int         not null check (predictions >= 0)
);
create index withdrawal_project on withdrawal (project_id, id);

create table withdrawal_dataset (
    withdrawal_id uuid not null references withdrawal,
    dataset_id    uuid not null references dataset,
    -- one, unless the dataset knew the patient under several keys
    patients      int  not null check (patients >= 1),
    images        int  not null check (images >= patients),
    primary key (withdrawal_id, dataset_id)
);
create index withdrawal_dataset_dataset on withdrawal_dataset (dataset_id);

-- what the patient was in a run
create table withdrawal_run (
    withdrawal_id uuid not null references withdrawal,
    run_id        uuid not null references run,
    role          text not null constraint withdrawal_run_role
                       check (role in ('train', 'validation', 'heldOut', 'test', 'dropped')),
    primary key (withdrawal_id, run_id, role)
);
create index withdrawal_run_run on withdrawal_run (run_id);

-- whose figures rest on images of the patient
create table withdrawal_evaluation (
    withdrawal_id uuid not null references withdrawal,
    evaluation_id uuid not null references evaluation,
    -- taken out of the stored cases, none where those are lost; the figures are those from before
    cases         int  not null check (cases >= 0),
    primary key (withdrawal_id, evaluation_id)
);
create index withdrawal_evaluation_evaluation on withdrawal_evaluation (evaluation_id);

-- contents that held data of the patient: images, and documents that had cases or rows of the patient. Caches forget them by this
create table withdrawn_content (
    withdrawal_id uuid not null references withdrawal,
    digest        text not null check (is_sha256(digest)),
    primary key (withdrawal_id, digest)
);
create index withdrawn_content_digest on withdrawn_content (digest);

-- A tombstone is written by one transaction and never changes.

create function refuse_part_of_older_withdrawal() returns trigger language plpgsql as $$
begin
    perform from withdrawal w where w.id = new.withdrawal_id and w.xmin = pg_current_xact_id()::xid;
    if not found then
        raise exception 'a withdrawal never changes' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

do $$
declare
    part text;
begin
    foreach part in array array['withdrawal', 'withdrawal_dataset', 'withdrawal_run', 'withdrawal_evaluation', 'withdrawn_content']
    loop
        execute format('create trigger %1$s_is_final before update or delete on %1$s
            for each row execute function refuse_change(''a withdrawal never changes'')', part);
        execute format('create trigger %1$s_never_truncated before truncate on %1$s
            for each statement execute function refuse_change(''a withdrawal never changes'')', part);
        if part <> 'withdrawal' then
            execute format('create trigger %1$s_with_its_withdrawal before insert on %1$s
                for each row execute function refuse_part_of_older_withdrawal()', part);
        end if;
    end loop;
end $$;

-- What the present transaction withdraws. Whose data and which images, it has to say for itself, in settings that end with it:
-- foldwise.withdrawn_patients and foldwise.withdrawn_images, JSON arrays of a dataset's id, a blank, and a key or a name.

create function withdraws_from(asked uuid) returns boolean language sql stable as $$
    select exists (select from withdrawal_dataset where dataset_id = asked and xmin = pg_current_xact_id()::xid)
$$;
create function is_named_in(setting text, dataset uuid, word text) returns boolean language sql stable as $$
    select jsonb_exists(coalesce(nullif(current_setting(setting, true), ''), '[]')::jsonb, dataset || ' ' || word)
$$;
create function withdraws_content(asked text) returns boolean language sql stable as $$
    select exists (select from withdrawn_content where digest = asked and xmin = pg_current_xact_id()::xid)
$$;
create function withdraws_from_evaluation(asked uuid) returns boolean language sql stable as $$
    select exists (select from withdrawal_evaluation where evaluation_id = asked and xmin = pg_current_xact_id()::xid)
$$;

-- At the end of the transaction what was counted has to be gone, and nothing else.
create function refuse_withdrawal_in_words_only() returns trigger language plpgsql as $$
begin
    perform from dataset d where d.id = new.dataset_id
        and d.image_count = (select count(*) from dataset_image i where i.dataset_id = d.id)
            + (select sum(w.images) from withdrawal_dataset w where w.dataset_id = d.id);
    if not found then
        raise exception 'a withdrawal erases exactly the images that it counts' using errcode = 'restrict_violation';
    end if;
    perform from dataset_image i where i.dataset_id = new.dataset_id and is_named_in('foldwise.withdrawn_patients', i.dataset_id, i.patient);
    if found then
        raise exception 'a withdrawal leaves no image of its patient' using errcode = 'restrict_violation';
    end if;
    perform from fold_member m join patient_split s on s.id = m.split_id
        where s.dataset_id = new.dataset_id
            and is_named_in('foldwise.withdrawn_patients', s.dataset_id, m.patient);
    if found then
        raise exception 'a withdrawal leaves no role of its patient' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create constraint trigger withdrawal_erases_what_it_counts after insert on withdrawal_dataset
    deferrable initially deferred for each row execute function refuse_withdrawal_in_words_only();

-- Datasets: the names of images in findings, and the manifest, may go.

drop trigger dataset_frozen_is_final on dataset;
create trigger dataset_frozen_is_never_deleted before delete on dataset
    for each row when (old.state = 'frozen') execute function refuse_change('a frozen dataset never changes');
create function refuse_change_of_frozen_dataset() returns trigger language plpgsql as $$
begin
    if withdraws_from(old.id) and to_jsonb(new) - array['findings', 'manifest_digest', 'manifest_name']
            = to_jsonb(old) - array['findings', 'manifest_digest', 'manifest_name']
        and (new.manifest_digest is null or new.manifest_digest = old.manifest_digest)
        and jsonb_array_length(new.findings) = jsonb_array_length(old.findings)
    then
        return new;
    end if;
    raise exception 'a frozen dataset never changes' using errcode = 'restrict_violation';
end $$;
create trigger dataset_frozen_is_final before update on dataset
    for each row when (old.state = 'frozen') execute function refuse_change_of_frozen_dataset();

drop trigger dataset_image_not_out_of_frozen on dataset_image;
create function refuse_images_out_of_frozen_dataset() returns trigger language plpgsql as $$
begin
    -- the lock keeps the datasets from being frozen until this transaction has ended
    perform from dataset where id in (select dataset_id from touched) order by id for share;
    perform from touched t join dataset d on d.id = t.dataset_id
        where d.state = 'frozen'
            and not (withdraws_from(d.id) and is_named_in('foldwise.withdrawn_patients', d.id, t.patient));
    if found then
        raise exception 'the images of a frozen dataset never change' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger dataset_image_not_out_of_frozen after delete on dataset_image referencing old table as touched
    for each statement execute function refuse_images_out_of_frozen_dataset();

-- Uploads: what brought the images goes with them.

drop trigger upload_image_out_of_draft on upload_image;
create function refuse_uploaded_images_outside_draft() returns trigger language plpgsql as $$
begin
    perform from dataset where id in (select dataset_id from touched) order by id for share;
    perform from touched t join dataset d on d.id = t.dataset_id
        where d.state <> 'draft'
            and not (withdraws_from(d.id) and is_named_in('foldwise.withdrawn_images', d.id, t.name));
    if found then
        raise exception 'only a draft dataset takes uploads' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger upload_image_out_of_draft after delete on upload_image referencing old table as touched
    for each statement execute function refuse_uploaded_images_outside_draft();

drop trigger upload_out_of_draft on upload;
create function refuse_uploads_with_images() returns trigger language plpgsql as $$
begin
    perform from dataset where id in (select dataset_id from touched) order by id for share;
    -- what still has images is held by their foreign key
    perform from touched t join dataset d on d.id = t.dataset_id
        where d.state <> 'draft' and not (withdraws_from(d.id) and t.images > 0);
    if found then
        raise exception 'only a draft dataset takes uploads' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger upload_out_of_draft after delete on upload referencing old table as touched
    for each statement execute function refuse_uploads_with_images();

-- the name of a file that names the patient
create function refuse_change_of_upload() returns trigger language plpgsql as $$
begin
    if new.name = 'withdrawn' and to_jsonb(new) - 'name' = to_jsonb(old) - 'name'
        and (withdraws_from(old.dataset_id)
            or exists (select from withdrawal w join dataset d on d.project_id = w.project_id
                where d.id = old.dataset_id and d.state = 'draft' and w.xmin = pg_current_xact_id()::xid))
    then
        return new;
    end if;
    raise exception 'an upload never changes' using errcode = 'restrict_violation';
end $$;
drop trigger upload_is_final on upload;
create trigger upload_is_final before update on upload for each row execute function refuse_change_of_upload();

-- Splits: the patient's roles go. What the certificate proved of the whole stays to be read, and can be proved no more.

drop trigger fold_member_is_final on fold_member;
create trigger fold_member_is_final before update on fold_member
    for each row execute function refuse_change('a split never changes');
create function refuse_loss_of_member() returns trigger language plpgsql as $$
begin
    perform from patient_split s where s.id = old.split_id and withdraws_from(s.dataset_id)
        and is_named_in('foldwise.withdrawn_patients', s.dataset_id, old.patient);
    if found then
        return old;
    end if;
    raise exception 'a split never changes' using errcode = 'restrict_violation';
end $$;
create trigger fold_member_is_never_deleted before delete on fold_member
    for each row execute function refuse_loss_of_member();

-- Runs and evaluations: documents of scored cases are replaced by the same without the patient's cases.

drop trigger run_artifact_finished_is_final on run_artifact;
create function refuse_change_of_finished_runs_artifact() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.run_id = new.run_id and old.kind = new.kind and old.created_at = new.created_at
        and new.kind in ('validationPredictions', 'heldOutPredictions') and withdraws_content(old.digest)
        and exists (select from withdrawal_run where run_id = old.run_id and xmin = pg_current_xact_id()::xid)
    then
        return new;
    end if;
    -- the lock keeps the run from finishing until this transaction has ended
    perform from run where id in (old.run_id, new.run_id) order by id for share;
    perform from run where id in (old.run_id, new.run_id) and state in ('succeeded', 'failed', 'cancelled');
    if found then
        raise exception 'a finished run never changes' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger run_artifact_finished_is_final before insert or update or delete on run_artifact
    for each row execute function refuse_change_of_finished_runs_artifact();

drop trigger evaluation_finished_is_final on evaluation;
create trigger evaluation_finished_is_never_deleted before delete on evaluation
    for each row when (old.state in ('succeeded', 'failed'))
    execute function refuse_change('a finished evaluation never changes');
create function refuse_change_of_finished_evaluation() returns trigger language plpgsql as $$
begin
    if withdraws_from_evaluation(old.id) and (new.cases_digest = old.cases_digest or withdraws_content(old.cases_digest))
        and to_jsonb(new) - array['cases_digest', 'error_review'] = to_jsonb(old) - array['cases_digest', 'error_review']
    then
        return new;
    end if;
    raise exception 'a finished evaluation never changes' using errcode = 'restrict_violation';
end $$;
create trigger evaluation_finished_is_final before update on evaluation
    for each row when (old.state in ('succeeded', 'failed')) execute function refuse_change_of_finished_evaluation();

-- Predictions: the record of an answer to an image that is erased goes.

drop trigger prediction_is_append_only on prediction;
create trigger prediction_is_append_only before update on prediction
    for each row execute function refuse_change('a prediction never changes');
create function refuse_loss_of_prediction() returns trigger language plpgsql as $$
begin
    if withdraws_content(old.input_digest) then
        return old;
    end if;
    raise exception 'a prediction never changes' using errcode = 'restrict_violation';
end $$;
create trigger prediction_is_never_deleted before delete on prediction
    for each row execute function refuse_loss_of_prediction();

-- Nothing new begins on a dataset that is no longer whole. The lock lets a withdrawal that is under way finish first.

create function refuse_work_on_withdrawn() returns trigger language plpgsql as $$
declare
    judged uuid[];
begin
    if tg_table_name = 'patient_split' then
        judged := array[(to_jsonb(new) ->> 'dataset_id')::uuid];
    elsif tg_table_name = 'experiment' then
        select array[dataset_id] into judged from patient_split where id = (to_jsonb(new) ->> 'split_id')::uuid;
    else
        select array[s.dataset_id, (to_jsonb(new) ->> 'dataset_id')::uuid] into judged
            from patient_split s join experiment e on e.split_id = s.id
            where e.id = coalesce((to_jsonb(new) ->> 'experiment_id')::uuid,
                (select r.experiment_id from run r where r.id = (to_jsonb(new) ->> 'run_id')::uuid));
    end if;
    perform from dataset where id = any (judged) order by id for key share;
    perform from withdrawal_dataset where dataset_id = any (judged);
    if found then
        raise exception 'a patient was withdrawn from the dataset; nothing new begins on it' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger patient_split_of_whole_dataset before insert on patient_split
    for each row execute function refuse_work_on_withdrawn();
create trigger experiment_on_whole_dataset before insert on experiment
    for each row execute function refuse_work_on_withdrawn();
create trigger replay_on_whole_dataset before insert on replay
    for each row execute function refuse_work_on_withdrawn();
create trigger evaluation_on_whole_dataset before insert on evaluation
    for each row execute function refuse_work_on_withdrawn();

-- What learned from a patient who was withdrawn is neither registered nor released any more; what is in use stays in use.
create function refuse_model_of_withdrawn() returns trigger language plpgsql as $$
begin
    perform from withdrawal_run where run_id = new.run_id and role in ('train', 'validation');
    if found then
        raise exception 'a patient whom the run learned from was withdrawn' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger model_version_not_of_withdrawn before insert on model_version
    for each row execute function refuse_model_of_withdrawn();
create trigger model_version_of_withdrawn_is_not_released before update on model_version
    for each row when (old.state = 'candidate' and new.state = 'released') execute function refuse_model_of_withdrawn();
