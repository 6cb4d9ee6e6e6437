package org.foldwise.standalone.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A whole platform as its own process, as {@code foldwise up} starts it. */
final class StandaloneProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final String WORKER = "org.foldwise.worker.TrainingWorker";

    private final Path data;
    private final int port;
    private final Process process;

    private StandaloneProcess(Path data, int port, Process process) {
        this.data = data;
        this.port = port;
        this.process = process;
    }

    static StandaloneProcess start(Path data) throws IOException, InterruptedException {
        int port = freePort();
        Process process = launch(data, port, data.resolveSibling(data.getFileName() + ".log"));
        StandaloneProcess platform = new StandaloneProcess(data, port, process);
        platform.await(START_LIMIT, "the platform is ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the platform ended with " + process.exitValue());
            }
            return Files.exists(data.resolve("platform.running"))
                    && Files.readString(data.resolve("platform.running")).contains("pid=" + process.pid());
        });
        return platform;
    }

    static Process launch(Path data, int port, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.foldwise.standalone.Standalone",
                        "--data",
                        data.toString(),
                        "--port",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        // a checkpoint after every epoch, however short: a killed worker's successor is to find one
        builder.environment().put("FOLDWISE_WORKER_CHECKPOINT_INTERVAL", "0s");
        // processes that live for a minute or two: what a second compiler would gain comes too late for them
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        // platforms of several tests share the cores, and threads that wait for each other would take them from the
        // others
        builder.environment().put("FOLDWISE_WORKER_THREADS", "1");
        return builder.start();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    PlatformClient client() throws IOException {
        return new PlatformClient(url(), adminKey());
    }

    /** The key that opens everything. */
    String adminKey() throws IOException {
        return Files.readString(data.resolve("admin.key")).strip();
    }

    /** The worker that lives now. */
    Optional<ProcessHandle> worker() {
        return process.children()
                .filter(child -> child.info().commandLine().orElse("").contains(WORKER))
                .findFirst();
    }

    /** All processes that the platform has started, however deep. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** A look into the database, past the API, as its owner. */
    long number(String sql, Object parameter) throws IOException, SQLException {
        String databasePort =
                Files.readAllLines(data.resolve("database/postmaster.pid")).get(3);
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + databasePort + "/foldwise",
                        "foldwise",
                        Files.readString(data.resolve("database.password")).strip());
                var query = connection.prepareStatement(sql)) {
            query.setObject(1, parameter);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the platform did not stop within " + STOP_LIMIT);
        }
    }

    /** A condition that may throw. */
    interface Condition {
        boolean holds() throws IOException;
    }

    void await(Duration limit, String what, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            Thread.sleep(100);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
