-- As V074 for splits: which records are from before they were bound was told by their time, which whoever takes a digest away can set back as well.
-- Ids rise with time and others refer to them: nothing that is younger than the last record without a digest loses its own.

do $$
declare
    bound record;
    last  uuid;
    at    timestamptz;
begin
    for bound in select * from (values
        ('evaluation_is_bound',         'evaluation',       'record_digest',      'id',     'finished_at', 'finished_at is not null'),
        ('run_is_bound',                'run',              'record_digest',      'id',     'finished_at', 'finished_at is not null'),
        ('run_artifact_is_bound',       'run_artifact',     'record_digest',      'run_id', 'created_at',  'created_at is not null'),
        ('frozen_threshold_is_bound',   'frozen_threshold', 'record_digest',      'run_id', 'frozen_at',   'frozen_at is not null'),
        ('test_opening_is_bound',       'test_opening',     'record_digest',      'id',     'opened_at',   'opened_at is not null'),
        ('dataset_frozen_is_described', 'dataset',          'description_digest', 'id',     'frozen_at',   'state = ''frozen'''),
        ('dataset_frozen_is_examined',  'dataset',          'examination_digest', 'id',     'frozen_at',   'state = ''frozen''')
    ) as t (name, of_table, digest, id, time, ended)
    loop
        execute format('select %2$I from %1$I where %3$I is null and %4$s order by %2$I desc limit 1',
            bound.of_table, bound.id, bound.digest, bound.ended) into last;
        execute format('select max(%2$I) from %1$I where %3$I is null and %4$s',
            bound.of_table, bound.time, bound.digest, bound.ended) into at;
        execute format('alter table %I drop constraint %I', bound.of_table, bound.name);
        if last is null then
            execute format('alter table %I add constraint %I check (%I is not null or not (%s))',
                bound.of_table, bound.name, bound.digest, bound.ended);
        else
            execute format('alter table %I add constraint %I check (%I is not null or not (%s) or (%I <= %L and %I <= %L))',
                bound.of_table, bound.name, bound.digest, bound.ended, bound.id, last, bound.time, at);
        end if;
    end loop;
end $$;
