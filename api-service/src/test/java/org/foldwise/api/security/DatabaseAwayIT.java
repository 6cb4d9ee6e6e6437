package org.foldwise.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

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
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Whose key it is nobody can tell without the database, and that is said as everywhere else. */
@ApiTest
class DatabaseAwayIT {
    private final Http http;
    private final DataSource database;
    private final TransactionTemplate transaction;
    private final HandlerExceptionResolver exceptions;

    DatabaseAwayIT(
            Http http,
            DataSource database,
            PlatformTransactionManager transactions,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver exceptions) {
        this.http = http;
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
        this.exceptions = exceptions;
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
        useAll();
        assertThat(viewer.get("/api/v1/projects").status()).isEqualTo(200);
    }

    /** The pool closes what is lost, and then it cannot be rolled back either, which hides what happened first. */
    @Test
    void aConnectionThatIsLostWithinATransactionIsTheDatabaseAway() throws Exception {
        Exception lost = catchException(() -> transaction.executeWithoutResult(status -> JdbcClient.create(database)
                .sql("select pg_terminate_backend(pg_backend_pid())")
                .query(Boolean.class)
                .single()));
        MockHttpServletResponse response = new MockHttpServletResponse();

        exceptions.resolveException(new MockHttpServletRequest("POST", "/api/v1/projects"), response, null, lost);

        assertThat(response.getStatus()).as(String.valueOf(lost)).isEqualTo(503);
        assertThat(response.getContentAsString()).contains("urn:foldwise:problem:unavailable");
        assertThat(response.getHeader("Retry-After")).isNotNull();
    }

    /** Uses each connection of the pool once: those that are dead fail, and are replaced when they are given back. */
    private void useAll() throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < poolSize(); i++) {
            all.add(database.getConnection());
        }
        int alive = 0;
        for (Connection one : all) {
            try (Statement statement = one.createStatement()) {
                alive += statement.execute("select 1") ? 1 : 0;
            } catch (SQLException e) {
                assertThat(e.getSQLState()).matches("57P..|08...");
            }
        }
        for (Connection one : all) {
            one.close();
        }
        assertThat(alive).isPositive();
    }

    private int poolSize() {
        Object size = PropertyAccessorFactory.forBeanPropertyAccess(database).getPropertyValue("maximumPoolSize");
        return Integer.parseInt(String.valueOf(size));
    }

    /** Ends the database's processes behind all connections of the pool but that one, and gives these back to the pool. */
    private void endAllOthers(Connection own) throws SQLException {
        List<Connection> others = new ArrayList<>();
        for (int i = 1; i < poolSize(); i++) {
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
