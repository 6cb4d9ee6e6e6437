-- Projects whose datasets take only files that say they are de-identified.

alter table project add column deidentified_only boolean not null default false;

create function refuse_lesser_demands() returns trigger language plpgsql as $$
begin
    if not new.deidentified_only and (select p.deidentified_only from project p where p.id = new.project_id) then
        raise exception 'the project takes only files that say they are de-identified' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger dataset_demands_what_its_project_does before insert on dataset
    for each row execute function refuse_lesser_demands();

create function refuse_other_demands() returns trigger language plpgsql as $$
begin
    if new.deidentified_only is distinct from old.deidentified_only then
        raise exception 'what a project demands of files never changes';
    end if;
    return new;
end $$;
create trigger project_demands_are_final before update on project
    for each row execute function refuse_other_demands();
