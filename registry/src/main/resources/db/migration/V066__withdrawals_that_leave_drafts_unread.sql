-- Drafts whose manifest speaks of a withdrawn patient where it cannot be read: which further images are theirs, a person has to say.

create table withdrawal_unread_draft (
    withdrawal_id uuid not null references withdrawal,
    dataset_id    uuid not null references dataset,
    primary key (withdrawal_id, dataset_id)
);
create index withdrawal_unread_draft_dataset on withdrawal_unread_draft (dataset_id);

create trigger withdrawal_unread_draft_is_final before update or delete on withdrawal_unread_draft
    for each row execute function refuse_change('a withdrawal never changes');
create trigger withdrawal_unread_draft_never_truncated before truncate on withdrawal_unread_draft
    for each statement execute function refuse_change('a withdrawal never changes');
create trigger withdrawal_unread_draft_with_its_withdrawal before insert on withdrawal_unread_draft
    for each row execute function refuse_part_of_older_withdrawal();
