package org.foldwise.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server, started and stopped, under a path with a blank in it. */
class EmbeddedDatabaseIT {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    Path parent;

    @Test
    void keepsWhatWasCommittedOverARestartAndNeedsThePassword() throws Exception {
        DataDirectory directory = DataDirectory.at(parent.resolve("a platform"));
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, random)) {
            execute(database, "create table note(text text)");
            execute(database, "insert into note values ('kept')");
            assertThat(answer(database, "show fsync")).isEqualTo("on");
            assertThat(answer(database, "show synchronous_commit")).isEqualTo("on");
            assertThat(answer(database, "show unix_socket_directories")).isEmpty();
            assertThat(answer(database, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
            assertThat(Files.getPosixFilePermissions(directory.databasePassword()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(EmbeddedDatabase.serverOf(directory.database())).isEmpty();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, random)) {
            assertThat(answer(database, "select text from note")).isEqualTo("kept");
        }
    }

    @Test
    void replacesAServerThatLostItsPlatform() throws Exception {
        DataDirectory directory = DataDirectory.at(parent.resolve("killed"));
        EmbeddedDatabase lost = EmbeddedDatabase.start(directory, random);
        execute(lost, "create table note(text text)");
        execute(lost, "insert into note values ('kept')");
        ProcessHandle server = EmbeddedDatabase.serverOf(directory.database()).orElseThrow();
        // Both the guard's shells go first, so that nobody is left to stop the server.
        ProcessHandle guard = server.parent().orElseThrow();
        guard.children().filter(child -> !child.equals(server)).forEach(ProcessHandle::destroyForcibly);
        guard.destroyForcibly();
        lost.awaitEnd();
        assertThat(server.isAlive()).isTrue();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, random)) {
            assertThat(EmbeddedDatabase.serverOf(directory.database()))
                    .hasValueSatisfying(successor -> assertThat(successor.pid()).isNotEqualTo(server.pid()));
            assertThat(server.info().commandLine()).as("at most a zombie").isEmpty();
            assertThat(answer(database, "select text from note")).isEqualTo("kept");
        }
    }

    @Test
    void refusesDataOfAnotherMajorVersion() throws Exception {
        DataDirectory directory = DataDirectory.at(parent.resolve("old"));
        Files.createDirectories(directory.database());
        Files.writeString(directory.database().resolve("PG_VERSION"), "15\n");

        assertThatThrownBy(() -> EmbeddedDatabase.start(directory, random))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("are of PostgreSQL 15");
    }

    @Test
    void aDirectoryBelongsToOnePlatform() throws Exception {
        DataDirectory directory = DataDirectory.at(parent.resolve("locked"));
        Path ready = parent.resolve("ready");
        Process holder = new ProcessBuilder(
                        JavaCommand.program(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.root().toString(),
                        ready.toString())
                .inheritIO()
                .start();
        try {
            Eventually.within(Duration.ofSeconds(20))
                    .until("the other process has the lock", () -> Files.exists(ready));
            assertThatThrownBy(directory::lock)
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("another platform is running");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        directory.lock().close();
    }

    /** Takes the lock in a process of its own: one process cannot refuse itself. */
    static final class LockHolder {
        public static void main(String[] arguments) throws Exception {
            DataDirectory.at(Path.of(arguments[0])).lock();
            Files.createFile(Path.of(arguments[1]));
            Thread.sleep(Duration.ofMinutes(1).toMillis());
        }
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String answer(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                var rows = connection.createStatement().executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }
}
