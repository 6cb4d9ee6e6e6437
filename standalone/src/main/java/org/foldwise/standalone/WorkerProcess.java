package org.foldwise.standalone;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.foldwise.worker.TrainingWorker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker as a child process that is started again whenever it ends, after a pause that doubles from one end to the next. A
 * crash of native code takes the worker and leaves the API alone. The worker's standard input is a pipe from this process: it
 * stops when the pipe ends, so it cannot outlive us. One that refuses its configuration would refuse it again, so it is the last.
 */
final class WorkerProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);

    /** In which a worker's last words are looked for. */
    private static final int TAIL_BYTES = 1 << 16;

    private static final long LARGEST_LOG_BYTES = 10L * 1024 * 1024;

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path logFile;
    private final Pace pace;
    private final Consumer<String> refused;
    private final Thread supervisor;

    private @Nullable Process process;
    private boolean stopping;

    /**
     * How patient the supervisor is.
     *
     * @param firstPause before the first restart
     * @param longestPause doubling stops there
     * @param steadyAfter a worker that lived this long starts a new series of pauses
     * @param stopLimit how long a worker may take to stop before it is killed
     */
    record Pace(Duration firstPause, Duration longestPause, Duration steadyAfter, Duration stopLimit) {
        static final Pace DEFAULT =
                new Pace(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofSeconds(20));

        Duration after(Duration previousPause) {
            Duration doubled = previousPause.multipliedBy(2);
            return doubled.compareTo(longestPause) > 0 ? longestPause : doubled;
        }
    }

    private WorkerProcess(
            List<String> command, Map<String, String> environment, Path logFile, Pace pace, Consumer<String> refused) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.logFile = logFile;
        this.pace = pace;
        this.refused = refused;
        this.supervisor = new Thread(this::supervise, "worker-supervisor");
    }

    /**
     * Starts the worker and its supervision. Secrets belong into the environment: other users can read a command line.
     *
     * @param refused told why, if the worker refuses its configuration; it is not started any more then
     */
    static WorkerProcess start(
            List<String> command, Map<String, String> environment, Path logFile, Pace pace, Consumer<String> refused) {
        WorkerProcess worker = new WorkerProcess(command, environment, logFile, pace, refused);
        worker.supervisor.setDaemon(true);
        worker.supervisor.start();
        return worker;
    }

    /** The present worker, if one lives. */
    synchronized @Nullable ProcessHandle current() {
        return process == null || !process.isAlive() ? null : process.toHandle();
    }

    /** Asks the worker to stop, waits, kills it if need be. It is not started again. */
    @Override
    public void close() {
        Process last;
        synchronized (this) {
            stopping = true;
            last = process;
        }
        supervisor.interrupt();
        try {
            if (last != null) {
                last.destroy();
                if (!last.waitFor(pace.stopLimit().toMillis(), TimeUnit.MILLISECONDS)) {
                    log.warn(
                            "the worker did not stop within {} s and is killed",
                            pace.stopLimit().toSeconds());
                    last.destroyForcibly().waitFor();
                }
            }
            supervisor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        Duration pause = pace.firstPause();
        try {
            while (true) {
                long startedAt = System.nanoTime();
                Process started = startUnlessStopping();
                if (started == null) {
                    return;
                }
                int code = started.waitFor();
                if (code == TrainingWorker.REFUSED) {
                    String reason = lastWords();
                    log.error("no worker is started any more: {}", reason);
                    refused.accept(reason);
                    return;
                }
                if (System.nanoTime() - startedAt > pace.steadyAfter().toNanos()) {
                    pause = pace.firstPause();
                }
                log.warn(
                        "the worker, process {}, ended with {}; the next one starts in {} ms",
                        started.pid(),
                        code,
                        pause.toMillis());
                Thread.sleep(pause.toMillis());
                pause = pace.after(pause);
            }
        } catch (InterruptedException e) {
            log.debug("supervision of the worker ends");
        } catch (IOException e) {
            log.error("no worker can be started; jobs stay in the queue until Foldwise is started again", e);
        }
    }

    private String lastWords() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(logFile.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(TAIL_BYTES, file.length())];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(TrainingWorker.LAST_WORDS))
                    .reduce((earlier, later) -> later)
                    .map(line -> line.substring(TrainingWorker.LAST_WORDS.length()))
                    .orElse("its configuration, see " + logFile);
        }
    }

    private synchronized @Nullable Process startUnlessStopping() throws IOException {
        if (stopping) {
            return null;
        }
        setOldLogAside();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
        log.info("worker started, process {}, log {}", process.pid(), logFile);
        return process;
    }

    private void setOldLogAside() throws IOException {
        File file = logFile.toFile();
        if (file.length() > LARGEST_LOG_BYTES) {
            Files.move(logFile, logFile.resolveSibling(file.getName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
