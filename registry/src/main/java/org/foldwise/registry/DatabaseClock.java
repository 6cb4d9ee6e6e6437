package org.foldwise.registry;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The database's clock, the only one that decides anything: machines disagree about the time, one database does not. */
@Component
public class DatabaseClock {
    private final JdbcClient database;

    DatabaseClock(JdbcClient database) {
        this.database = database;
    }

    /** The database's present time, to the microsecond. */
    public Instant now() {
        return database.sql("select clock_timestamp()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }
}
