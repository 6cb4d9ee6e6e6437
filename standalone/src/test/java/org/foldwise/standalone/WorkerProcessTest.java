package org.foldwise.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.foldwise.worker.TrainingWorker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Supervision, with shells in the worker's place. */
class WorkerProcessTest {
    private static final WorkerProcess.Pace QUICK = new WorkerProcess.Pace(
            Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofMinutes(1), Duration.ofMillis(500));
    private static final Eventually SOON = Eventually.within(Duration.ofSeconds(20));

    @TempDir
    Path directory;

    @Test
    void startsADeadWorkerAgain() throws Exception {
        Path log = directory.resolve("worker.log");
        try (WorkerProcess worker = start("echo life of $NAME; kill -9 $$", log)) {
            SOON.until(
                    "three lives",
                    () -> Files.exists(log) && Files.readAllLines(log).size() >= 3);
            assertThat(worker).isNotNull();
        }
        assertThat(Files.readAllLines(log)).containsOnly("life of a worker");
    }

    /** However often it was started, it would end in the same way. */
    @Test
    void startsNoWorkerAgainThatRefusesItsConfigurationAndSaysWhy() throws Exception {
        Path log = directory.resolve("worker.log");
        List<String> reasons = new CopyOnWriteArrayList<>();
        String script = "echo life; echo '%sthe device cuda:7 is not there' >&2; exit %d"
                .formatted(TrainingWorker.LAST_WORDS, TrainingWorker.REFUSED);
        try (WorkerProcess worker = start(script, log, reasons::add)) {
            SOON.until("it was told", () -> !reasons.isEmpty());
            // many times as long as the longest pause
            Thread.sleep(QUICK.longestPause().multipliedBy(20).toMillis());
            assertThat(worker.current()).isNull();
        }
        assertThat(reasons).containsExactly("the device cuda:7 is not there");
        assertThat(Files.readAllLines(log)).filteredOn("life"::equals).hasSize(1);
    }

    @Test
    void saysWhereToLookIfAWorkerRefusesWithoutAWord() throws Exception {
        Path log = directory.resolve("worker.log");
        List<String> reasons = new CopyOnWriteArrayList<>();
        try (WorkerProcess worker = start("exit " + TrainingWorker.REFUSED, log, reasons::add)) {
            SOON.until("it was told", () -> !reasons.isEmpty());
            assertThat(worker.current()).isNull();
        }
        assertThat(reasons).containsExactly("its configuration, see " + log);
    }

    @Test
    void startsNoWorkerAfterItIsClosed() throws Exception {
        Path log = directory.resolve("worker.log");
        WorkerProcess worker = start("echo up; exec sleep 60", log);
        SOON.until(
                "the worker is up",
                () -> Files.exists(log) && !Files.readString(log).isEmpty());
        ProcessHandle process = worker.current();

        worker.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(worker.current()).isNull();
        assertThat(Files.readAllLines(log)).containsExactly("up");
    }

    @Test
    void killsAWorkerThatDoesNotStop() throws Exception {
        Path log = directory.resolve("worker.log");
        WorkerProcess worker = start("trap '' TERM; echo up; while :; do sleep 0.1; done", log);
        SOON.until(
                "the worker is up",
                () -> Files.exists(log) && !Files.readString(log).isEmpty());
        ProcessHandle process = worker.current();

        worker.close();

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aWorkerNoticesTheEndOfItsParentByItsInput() throws Exception {
        Path log = directory.resolve("worker.log");
        try (WorkerProcess worker = start("echo up; cat; echo orphan", log)) {
            SOON.until(
                    "the worker is up",
                    () -> Files.exists(log) && !Files.readString(log).isEmpty());
            assertThat(Files.readString(log))
                    .as("its input is open while the parent lives")
                    .doesNotContain("orphan");
            assertThat(worker.current()).isNotNull();
        }
    }

    @Test
    void pausesDoubleUpToALimit() {
        WorkerProcess.Pace pace = WorkerProcess.Pace.DEFAULT;
        assertThat(pace.after(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
        assertThat(pace.after(Duration.ofSeconds(16))).isEqualTo(Duration.ofSeconds(30));
        assertThat(pace.after(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    }

    private WorkerProcess start(String script, Path log) {
        return start(script, log, reason -> {
            throw new AssertionError("it has refused nothing: " + reason);
        });
    }

    private WorkerProcess start(String script, Path log, Consumer<String> refused) {
        return WorkerProcess.start(List.of("sh", "-c", script), Map.of("NAME", "a worker"), log, QUICK, refused);
    }
}
