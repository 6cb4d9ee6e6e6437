package org.foldwise.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.registry.Eventually;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import org.springframework.beans.PropertyAccessorFactory;

/** Whose key it is nobody can tell without the database, and that is said as everywhere else. */
@ApiTest
class DatabaseAwayIT {
    private final Http http;
    private final DataSource database;

    DatabaseAwayIT(Http http, DataSource database) {
        this.http = http;
        this.database = database;
    }

    @Test
    void aKeyThatCannotBeLookedUpIsNotRefused() throws Exception {
        Http.User viewer = http.user(Role.VIEWER, null);
        try (Connection own = database.getConnection()) {
            endAllOthers(own);

            // the pool believes in connections that were used a moment ago
            Answer answer = viewer.get("/api/v1/projects");

            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:unavailable");
            assertThat(answer.header("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(answer.header("Retry-After")).isPresent();
        }
        Eventually.eventually(
                "the pool has connections that live",
                () -> viewer.get("/api/v1/projects").status() == 200);
    }

    /** Ends the database's processes behind all connections of the pool but that one, and gives these back to the pool. */
    private void endAllOthers(Connection own) throws SQLException {
        Object size = PropertyAccessorFactory.forBeanPropertyAccess(database).getPropertyValue("maximumPoolSize");
        List<Connection> others = new ArrayList<>();
        for (int i = 1; i < Integer.parseInt(String.valueOf(size)); i++) {
            others.add(database.getConnection());
        }
        try (Statement statement = own.createStatement()) {
            boolean isAnyLeft = true;
            while (isAnyLeft) {
                try (ResultSet ended = statement.executeQuery(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()"
                                + " and pid <> pg_backend_pid() and backend_type = 'client backend'")) {
                    isAnyLeft = ended.next() && ended.getInt(1) > 0;
                }
            }
        }
        for (Connection other : others) {
            other.close();
        }
    }
}
