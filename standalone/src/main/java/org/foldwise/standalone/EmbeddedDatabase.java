package org.foldwise.standalone;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL as a child of this process, on a free port of the loopback interface, its files under the data directory.
 *
 * <p>A commit is on the disk before it is acknowledged. Other users of the machine can reach the port as well, so every
 * connection needs the password, which lies in a file that only the data directory's owner may read.
 *
 * <p>The server ends with this process even if this process is killed: a shell between the two holds the reading end of a pipe
 * and stops the server when the pipe breaks.
 */
final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String MAJOR_VERSION = "18";
    private static final String USER = "foldwise";
    private static final String DATABASE = "foldwise";
    private static final int PASSWORD_BYTES = 32;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Durability is the server's default; it is spelt out because a laptop's platform has no other copy. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "timezone=UTC",
            "log_timezone=UTC");

    /** Runs its arguments until they end or the standard input does. */
    private static final String GUARD =
            """
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            { read -r _ <&3; kill -INT "$server"; } 2>/dev/null &
            guard=$!
            exec 3<&-
            wait "$server"
            code=$?
            kill "$guard" 2>/dev/null
            exit "$code"
            """;

    private final Process guard;
    private final int port;
    private final String password;

    private EmbeddedDatabase(Process guard, int port, String password) {
        this.guard = guard;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server, after creating its files where they are missing and after stopping a server that a killed platform
     * left behind. The caller owns the directory's lock.
     */
    static EmbeddedDatabase start(DataDirectory directory, SecureRandom random)
            throws IOException, InterruptedException, StartRefusedException {
        PostgresBinaries binaries = PostgresBinaries.unpackedBelow(directory.root());
        String password = password(directory, random);
        if (!Files.isDirectory(directory.database())) {
            initialise(binaries, directory);
        }
        requireSameMajorVersion(directory.database());
        stopLeftOver(binaries, directory);

        int port = freePort();
        List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "sh"));
        command.addAll(asOrdinaryUser(
                binaries.program("postgres"), "-D", directory.database().toString()));
        for (String setting : SETTINGS) {
            command.addAll(List.of("-c", setting));
        }
        command.addAll(List.of("-c", "port=" + port));
        Process guard = new ProcessBuilder(ofItsOwnGroup(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(directory)))
                .start();
        EmbeddedDatabase database = new EmbeddedDatabase(guard, port, password);
        try {
            database.awaitReady(directory);
            database.createDatabase();
            return database;
        } catch (SQLException e) {
            database.close();
            throw new IOException("the embedded database does not answer", e);
        } catch (InterruptedException | StartRefusedException e) {
            database.close();
            throw e;
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    String user() {
        return USER;
    }

    String password() {
        return password;
    }

    /** Returns when the server has ended, for whatever reason. */
    void awaitEnd() throws InterruptedException {
        guard.waitFor();
    }

    /** Stops the server cleanly: open transactions are rolled back, everything committed stays. */
    @Override
    public void close() {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn(
                        "the embedded database did not stop within {} s; it recovers at the next start",
                        STOP_LIMIT.toSeconds());
            }
        } catch (IOException e) {
            log.warn("the embedded database was gone already: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String password(DataDirectory directory, SecureRandom random) throws IOException {
        Path file = directory.databasePassword();
        if (!Files.exists(file)) {
            byte[] secret = new byte[PASSWORD_BYTES];
            random.nextBytes(secret);
            DataDirectory.writeOwnerOnly(
                    file, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        }
        return Files.readString(file).strip();
    }

    /** Into a draft that is renamed when complete: a start that is killed half way leaves no half database. */
    private static void initialise(PostgresBinaries binaries, DataDirectory directory)
            throws IOException, InterruptedException, StartRefusedException {
        Path draft = directory.root().resolve("database.new");
        PostgresBinaries.deleteTree(draft);
        List<String> initdb = asOrdinaryUser(
                binaries.program("initdb"),
                "--pgdata=" + draft,
                "--username=" + USER,
                "--pwfile=" + directory.databasePassword(),
                "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C",
                "--builtin-locale=C.UTF-8");
        int code = run(initdb, directory);
        if (code != 0) {
            throw new StartRefusedException("the embedded database could not be created (initdb ended with " + code
                    + "); see " + log(directory));
        }
        Files.move(draft, directory.database(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void requireSameMajorVersion(Path database) throws IOException, StartRefusedException {
        String version = Files.readString(database.resolve("PG_VERSION")).strip();
        if (!MAJOR_VERSION.equals(version)) {
            throw new StartRefusedException("the data in " + database + " are of PostgreSQL " + version
                    + ", this program brings PostgreSQL " + MAJOR_VERSION
                    + "; move them with pg_dump and pg_restore, or name another data directory");
        }
    }

    /** The lock on the data directory is ours, so a server that still runs on it has lost its platform. */
    private static void stopLeftOver(PostgresBinaries binaries, DataDirectory directory)
            throws IOException, InterruptedException, StartRefusedException {
        Optional<ProcessHandle> leftOver = serverOf(directory.database());
        if (leftOver.isEmpty()) {
            return;
        }
        log.info(
                "stopping a database server that an earlier platform left behind, process {}",
                leftOver.get().pid());
        for (String mode : List.of("fast", "immediate")) {
            run(
                    asOrdinaryUser(
                            binaries.program("pg_ctl"),
                            "stop",
                            "--pgdata=" + directory.database(),
                            "--mode=" + mode,
                            "--wait",
                            "--timeout=" + STOP_LIMIT.toSeconds()),
                    directory);
            if (serverOf(directory.database()).isEmpty()) {
                return;
            }
        }
        throw new StartRefusedException("a database server of an earlier platform, process "
                + leftOver.get().pid() + ", cannot be stopped; end it and start again");
    }

    /** The process that the server's own file names, if it lives and is a server of this directory. */
    static Optional<ProcessHandle> serverOf(Path database) throws IOException {
        Path file = database.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.findFirst()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
                    .filter(process -> process.info().commandLine().orElse("").contains("-D " + database + " "));
        }
    }

    private void awaitReady(DataDirectory directory) throws InterruptedException, StartRefusedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (Connection connection = connect("postgres")) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException e) {
                if (!guard.isAlive()) {
                    throw new StartRefusedException(
                            "the embedded database ended at its start; see " + log(directory), e);
                }
                if (System.nanoTime() > deadline) {
                    throw new StartRefusedException(
                            "the embedded database was not ready within " + START_LIMIT.toSeconds() + " s; see "
                                    + log(directory),
                            e);
                }
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private void createDatabase() throws SQLException {
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement()) {
            boolean exists;
            try (var rows = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                exists = rows.next();
            }
            if (!exists) {
                statement.execute("create database " + DATABASE);
            }
        }
    }

    private Connection connect(String databaseName) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(databaseName);
        source.setUser(USER);
        source.setPassword(password);
        source.setLogServerErrorDetail(false);
        return source.getConnection();
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own root is nobody, and still owns its files. */
    private static List<String> asOrdinaryUser(String... command)
            throws IOException, InterruptedException, StartRefusedException {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            if (!succeeds("unshare", "--user", "true")) {
                throw new StartRefusedException(
                        "PostgreSQL does not run as root, and this system lets root make no user"
                                + " namespace (unshare --user); start Foldwise as an ordinary user");
            }
            all.addAll(List.of("unshare", "--user", "--"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /** Out of the terminal's group, or an interrupt at the keyboard would stop the database before those who use it. */
    private static List<String> ofItsOwnGroup(List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        if (succeeds("setsid", "true")) {
            all.add("setsid");
        }
        all.addAll(command);
        return all;
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int run(List<String> command, DataDirectory directory) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(directory)))
                .start()
                .waitFor();
    }

    private static File log(DataDirectory directory) {
        return directory.logs().resolve("database.log").toFile();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
