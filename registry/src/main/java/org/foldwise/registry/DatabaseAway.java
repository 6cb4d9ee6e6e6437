package org.foldwise.registry;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hibernate.TransactionException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Whether a failure comes of a database that is away or busy for a while. Spring has types for some of the ways in which PostgreSQL
 * says that it ends, begins, or ends a connection, and what happens first is often hidden behind what comes of it.
 */
public final class DatabaseAway {
    private static final List<Class<? extends Throwable>> TYPES = List.of(
            TransientDataAccessException.class,
            RecoverableDataAccessException.class,
            NonTransientDataAccessResourceException.class,
            CannotCreateTransactionException.class);

    /** Begins of PostgreSQL's states where a connection is lost, and where its server is being stopped, has crashed or starts. */
    private static final List<String> STATES = List.of("08", "57P");

    /** The pool's words for a connection that it has closed, as it was lost; it gives no state. */
    private static final String CLOSED = "Connection is closed";

    private DatabaseAway() {}

    /** Looks at the failure and all of its causes. What was to be done may be tried again as it was. */
    public static boolean in(Throwable failure) {
        return causes(failure).anyMatch(cause -> isAway(cause, failure));
    }

    private static boolean isAway(Throwable cause, Throwable failure) {
        if (!(cause instanceof SQLException sql)) {
            return TYPES.stream().anyMatch(type -> type.isInstance(cause));
        }
        String state = sql.getSQLState();
        return state == null
                ? CLOSED.equals(sql.getMessage()) || causes(failure).anyMatch(TransactionException.class::isInstance)
                : STATES.stream().anyMatch(state::startsWith);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
