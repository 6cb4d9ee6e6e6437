package org.foldwise.standalone;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.api.ApiService;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.worker.TrainingWorker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole platform on one machine, for as long as this process lives: database, API and worker under one data directory and
 * on the loopback interface. Whatever was started is stopped in reverse order, at a signal as well as after a failed start.
 *
 * <p>Exit status: 0 after a signal, 1 when something broke, 2 when the platform cannot start as it was told to.
 */
public final class Standalone {
    private static final Logger log = LoggerFactory.getLogger(Standalone.class);

    private static final int BROKEN = 1;
    private static final int REFUSED = 2;

    private final StandaloneOptions options;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean stopping;
    private boolean announced;
    private @Nullable String workerRefusal;

    private Standalone(StandaloneOptions options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws InterruptedException {
        @Nullable Path data = null;
        try {
            StandaloneOptions options = StandaloneOptions.parse(arguments);
            data = options.data();
            Standalone platform = new Standalone(options);
            Runtime.getRuntime().addShutdownHook(new Thread(platform::stop, "stop-platform"));
            EmbeddedDatabase database = platform.start();
            database.awaitEnd();
            platform.databaseEnded();
        } catch (StartRefusedException e) {
            System.err.println("foldwise: " + e.getMessage());
            System.exit(REFUSED);
        } catch (IOException | RuntimeException e) {
            log.error("the platform could not be started", e);
            System.err.println("foldwise: the platform could not be started: " + StartFailure.reason(e)
                    + (data == null ? "" : "; " + data.resolve(DataDirectory.LOGS) + " says more"));
            System.exit(BROKEN);
        }
    }

    private EmbeddedDatabase start() throws IOException, InterruptedException, StartRefusedException {
        DataDirectory directory = DataDirectory.at(options.data());
        FileLock lock = directory.lock();
        keep(() -> lock.channel().close());
        requireFreePort();
        RunningPlatform.withdraw(directory);

        EmbeddedDatabase database = EmbeddedDatabase.start(directory, new SecureRandom());
        keep(database);

        keep(startApi(directory, database));

        keep(WorkerProcess.start(
                JavaCommand.of(
                        TrainingWorker.class.getName(),
                        List.of("-Djava.awt.headless=true", "-Dai.djl.offline=true"),
                        List.of(TrainingWorker.STOP_WITH_PARENT)),
                workerEnvironment(directory, database),
                directory.logs().resolve("worker.log"),
                WorkerProcess.Pace.DEFAULT,
                reason -> workerRefuses(reason, directory)));

        keep(() -> RunningPlatform.withdraw(directory));
        announce(directory);
        System.out.println("Foldwise runs at " + url() + " on " + directory.root());
        System.out.println("The administrator's API key is in " + directory.adminKey() + ", readable by you alone.");
        return database;
    }

    private String url() {
        return "http://127.0.0.1:" + options.port();
    }

    private synchronized void announce(DataDirectory directory) throws IOException {
        announced = true;
        new RunningPlatform(ProcessHandle.current().pid(), url(), workerRefusal).announce(directory);
    }

    /** The API goes on without a worker: what is there can be read, and predictions need none. */
    private synchronized void workerRefuses(String reason, DataDirectory directory) {
        if (stopping) {
            return;
        }
        workerRefusal = reason;
        System.err.println("foldwise: no worker runs, so nothing is taken in or trained: " + reason
                + "; change the setting and start Foldwise again");
        try {
            if (announced) {
                announce(directory);
            }
        } catch (IOException e) {
            log.warn("it cannot be told in {} that no worker runs", directory.runningPlatform(), e);
        }
    }

    /** Registers what has to be stopped later; if the stop has begun meanwhile, at once. */
    private void keep(AutoCloseable part) {
        synchronized (this) {
            if (!stopping) {
                started.push(part);
                return;
            }
        }
        close(part);
    }

    private void stop() {
        synchronized (this) {
            stopping = true;
        }
        while (!started.isEmpty()) {
            close(started.pop());
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.warn("while stopping", e);
        }
    }

    /** Without a database there is no platform; while stopping its end is no news. */
    private void databaseEnded() {
        synchronized (this) {
            if (stopping) {
                return;
            }
        }
        System.err.println("foldwise: the database ended unexpectedly; the platform stops");
        System.exit(BROKEN);
    }

    private void requireFreePort() throws IOException, StartRefusedException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()));
        } catch (BindException e) {
            throw new StartRefusedException(
                    "port " + options.port() + " is in use or may not be used; name another one with --port", e);
        }
    }

    private ConfigurableApplicationContext startApi(DataDirectory directory, EmbeddedDatabase database) {
        SpringApplication api = ApiService.application();
        // Ours stops the parts in order.
        api.setRegisterShutdownHook(false);
        return api.run(
                "--server.address=127.0.0.1",
                "--server.port=" + options.port(),
                // No second port: health is for clusters.
                "--management.server.port=-1",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--foldwise.security.admin-key-file=" + directory.adminKey(),
                "--foldwise.artifacts.directory=" + directory.artifacts(),
                "--foldwise.upload.scratch-directory=" + directory.uploads(),
                "--foldwise.upload.pseudonym-key-file=" + directory.pseudonymKey(),
                "--foldwise.weights.directory=" + directory.weights(),
                "--spring.main.banner-mode=off",
                "--logging.threshold.console=WARN",
                "--logging.file.name=" + directory.logs().resolve("api.log"));
    }

    /** In the environment, because other users of the machine can read a command line. */
    private static Map<String, String> workerEnvironment(DataDirectory directory, EmbeddedDatabase database) {
        Map<String, String> environment = new HashMap<>(JavaCommand.environment());
        environment.put("SPRING_DATASOURCE_URL", database.jdbcUrl());
        environment.put("SPRING_DATASOURCE_USERNAME", database.user());
        environment.put("SPRING_DATASOURCE_PASSWORD", database.password());
        environment.put("FOLDWISE_ARTIFACTS_DIRECTORY", directory.artifacts().toString());
        environment.put("FOLDWISE_WORKER_SCRATCH", directory.scratch().toString());
        environment.put("FOLDWISE_WORKER_CACHE", directory.cache().toString());
        TorchEngine.ENVIRONMENT.forEach(
                (name, value) -> environment.put(name, System.getenv().getOrDefault(name, value)));
        return environment;
    }
}
