package org.foldwise.worker;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.foldwise.registry.settings.SettingsCheck;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The worker process. It listens on nothing; the queue in the database is its only way in. */
@SpringBootApplication
public class TrainingWorker {
    /** As an argument: end with the standard input, which a parent process holds open while it lives. */
    public static final String STOP_WITH_PARENT = "--stop-with-parent";

    /**
     * Exit status of a worker that will not start as it is configured, however often it is started: EX_CONFIG of BSD's sysexits.h. The
     * last line that it writes begins with {@link #LAST_WORDS} and says why.
     */
    public static final int REFUSED = 78;

    /** Begins the line that says why a worker has refused to start. */
    public static final String LAST_WORDS = "foldwise: the worker does not start as it is configured: ";

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int PARENT_GONE = 3;

    public static void main(String[] arguments) {
        if (List.of(arguments).contains(STOP_WITH_PARENT)) {
            Thread watch = new Thread(TrainingWorker::stopWithParent, "parent-watch");
            watch.setDaemon(true);
            watch.start();
        }
        SpringApplication worker = new SpringApplication(TrainingWorker.class);
        // Beside the API on one class path there are a web server and another application.yaml: neither is the
        // worker's.
        worker.setWebApplicationType(WebApplicationType.NONE);
        worker.addListeners(new SettingsCheck(), new WorkerSettingsCheck());
        System.setProperty("spring.config.name", "worker");
        try {
            worker.run(arguments);
        } catch (RuntimeException e) {
            String reason = Refusal.reason(e).orElseThrow(() -> e);
            System.err.println(LAST_WORDS + reason);
            System.exit(REFUSED);
        }
    }

    private static void stopWithParent() {
        try {
            InputStream parent = System.in;
            while (parent.read() >= 0) {
                // nothing is ever said, only the end counts
            }
        } catch (IOException e) {
            // a broken pipe is an end as well
        }
        Thread limit = new Thread(TrainingWorker::haltAfterLimit, "parent-gone");
        limit.setDaemon(true);
        limit.start();
        System.exit(PARENT_GONE);
    }

    /** A shutdown that hangs, perhaps in native code, must not keep an orphan alive. */
    private static void haltAfterLimit() {
        try {
            Thread.sleep(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
