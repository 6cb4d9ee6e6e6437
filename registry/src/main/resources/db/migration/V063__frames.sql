-- Several frames, slices or pages of a file as images of their own.

-- which of a file's frames are images, as JSON; absent where a file stands for one image, that in the middle
alter table dataset add column frames jsonb;

-- Of files from before this is 1, whatever they hold: their datasets take the one in the middle.
alter table upload_image add column frames int not null default 1 check (frames >= 1);
alter table upload_image alter column frames drop default;

-- An image has a name of its own, and a file that brought it. To give rows their file is no change of them, so no trigger is asked.
alter table dataset_image add column file text;
alter table dataset_image alter column file type text using name;
alter table dataset_image alter column file set not null;
alter table dataset_image add column frame int;
alter table dataset_image add constraint dataset_image_is_called_after_its_file check (case
    when frame is null then name = file
    else frame >= 0 and left(name, length(file) + 1) = file || '#' and length(name) > length(file) + 1
        and ltrim(substr(name, length(file) + 2), '0') = ltrim(frame::text, '0') end);
alter table dataset_image add unique (dataset_id, file, frame);
alter table dataset_image drop constraint dataset_image_dataset_id_name_fkey;
alter table dataset_image add foreign key (dataset_id, file) references upload_image (dataset_id, name);

-- which frame was asked for; absent where none was named
alter table prediction add column frame int check (frame >= 0);
