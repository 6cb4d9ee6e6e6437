-- Answers about held-out images, which a leakage experiment that has ended does not need any more: its report stays.

drop trigger leakage_fold_is_final on leakage_fold;
create trigger leakage_fold_is_final before update on leakage_fold
    for each row execute function refuse_change('what a fold came to never changes');
create function refuse_loss_of_leakage_fold() returns trigger language plpgsql as $$
begin
    perform from leakage_experiment l where l.id = old.leakage_experiment_id
        and l.state in ('succeeded', 'failed', 'cancelled') and withdraws_from(l.dataset_id);
    if found then
        return old;
    end if;
    raise exception 'what a fold came to never changes' using errcode = 'restrict_violation';
end $$;
create trigger leakage_fold_is_never_deleted before delete on leakage_fold
    for each row execute function refuse_loss_of_leakage_fold();
