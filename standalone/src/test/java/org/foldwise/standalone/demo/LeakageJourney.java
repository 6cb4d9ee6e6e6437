package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.foldwise.client.LeakageExperimentsApi;
import org.foldwise.client.model.AdamOptimizer;
import org.foldwise.client.model.ClassFoldersLayout;
import org.foldwise.client.model.DatasetLayout;
import org.foldwise.client.model.DatasetRequest;
import org.foldwise.client.model.DatasetState;
import org.foldwise.client.model.Freeze;
import org.foldwise.client.model.InquiryState;
import org.foldwise.client.model.LeakageCost;
import org.foldwise.client.model.LeakageExperiment;
import org.foldwise.client.model.LeakageExperimentRequest;
import org.foldwise.client.model.LeakageVerdict;
import org.foldwise.client.model.Optimizer;
import org.foldwise.client.model.PlanHead;
import org.foldwise.client.model.Stopping;
import org.foldwise.client.model.Task;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;

/** Patients with a texture of their own and labels by lot, through the generated client and a worker that is killed in between. */
final class LeakageJourney {
    private static final int SIZE = 32;
    private static final int BLOCK = 4;
    private static final int PATIENTS = 40;
    private static final int FILMS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final StandaloneProcess platform;
    private final PlatformClient client;
    private final LeakageExperimentsApi experiments;
    private final Path directory;

    LeakageJourney(StandaloneProcess platform, Path directory) throws IOException {
        this.platform = platform;
        this.client = platform.client();
        this.experiments = new LeakageExperimentsApi(client.generated());
        this.directory = directory;
    }

    void isTold() throws IOException, InterruptedException, SQLException {
        UUID dataset = frozen();
        UUID disturbed = started(dataset, 3);
        platform.await(LIMIT, "a fold is finished", () -> finishedFolds(disturbed) > 0);
        platform.worker().orElseThrow().destroyForcibly();
        UUID undisturbed = started(dataset, 3);
        awaitSuccess(undisturbed);
        awaitSuccess(disturbed);

        LeakageCost cost = experiments.getLeakageExperiment(undisturbed).getReport();
        assertThat(experiments.getLeakageExperiment(disturbed).getReport())
                .as("after a killed worker")
                .isEqualTo(cost);
        assertThat(platform.number("select token from job where id = ?", disturbed))
                .isEqualTo(2);
        assertThat(cost.getClasses().get(0).getImageLevel().getValue())
                .as(cost.getSummary())
                .isGreaterThan(0.95);
        assertThat(cost.getClasses().get(0).getPatientLevel().getValue())
                .as(cost.getSummary())
                .isBetween(0.25, 0.75);
        assertThat(cost.getClasses().get(0).getDifference().getInterval().getLower())
                .as(cost.getSummary())
                .isPositive();
        assertThat(cost.getVerdict()).isEqualTo(LeakageVerdict.INFLATED);
        assertThat(cost.getPatientsOnBothSides()).isEqualTo(PATIENTS);

        UUID endless = started(dataset, 4, 1000);
        platform.await(
                LIMIT,
                "it trains",
                () -> experiments.getLeakageExperiment(endless).getState() == InquiryState.RUNNING);
        experiments.cancelLeakageExperiment(endless, null);
        platform.await(
                Duration.ofSeconds(30),
                "it is cancelled",
                () -> experiments.getLeakageExperiment(endless).getState() == InquiryState.CANCELLED);
    }

    private long finishedFolds(UUID experiment) {
        try {
            return platform.number("select count(*) from leakage_fold where leakage_experiment_id = ?", experiment);
        } catch (IOException | SQLException e) {
            throw new AssertionError(e);
        }
    }

    private UUID started(UUID dataset, int folds) {
        return started(dataset, folds, 40);
    }

    private UUID started(UUID dataset, int folds, int epochs) {
        LeakageExperiment started = experiments.startLeakageExperiment(
                dataset,
                new LeakageExperimentRequest()
                        .name("by image")
                        .folds(folds)
                        .seed(3L)
                        .plan(Story.plan(new Story.Scale(2, SIZE, epochs, 16))
                                .freeze(new Freeze().stages(5))
                                .head(new PlanHead().hidden(64).dropout(0.0))
                                .optimizer(new Optimizer(new AdamOptimizer().learningRate(0.01)))
                                .stopping(new Stopping().patience(epochs))),
                null);
        assertThat(started.getState()).isEqualTo(InquiryState.QUEUED);
        return started.getId();
    }

    private void awaitSuccess(UUID experiment) throws IOException, InterruptedException {
        platform.await(LIMIT, "the leakage experiment has succeeded", () -> {
            LeakageExperiment now = experiments.getLeakageExperiment(experiment);
            assertThat(now.getFailure()).isNull();
            return now.getState() == InquiryState.SUCCEEDED;
        });
    }

    private UUID frozen() throws IOException, InterruptedException {
        Path zip = directory.resolve("textures.zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream archive = new ZipOutputStream(out)) {
            SplittableRandom random = new SplittableRandom(7);
            for (int patient = 0; patient < PATIENTS; patient++) {
                int[] texture =
                        random.ints((SIZE / BLOCK) * (SIZE / BLOCK), 30, 200).toArray();
                for (int film = 0; film < FILMS; film++) {
                    archive.putNextEntry(new ZipEntry(String.format(
                            Locale.ROOT, "%s/p%02d_%d.png", patient % 2 == 0 ? "healthy" : "ill", patient, film)));
                    archive.write(PngEncoder.encode(film(texture, random)));
                    archive.closeEntry();
                }
            }
        }
        UUID id = client.createDataset(new DatasetRequest()
                        .name("textures")
                        .projectId(client.createProject("textures").getId())
                        .task(Task.BINARY)
                        .positiveLabel("ill")
                        .layout(new DatasetLayout(new ClassFoldersLayout().patientIdPattern("(?<patient>p\\d+)_"))))
                .getId();
        client.upload(id, zip);
        client.freeze(id);
        platform.await(LIMIT, "the dataset is frozen", () -> client.dataset(id).getState() == DatasetState.FROZEN);
        return id;
    }

    private static PixelImage film(int[] texture, SplittableRandom random) {
        byte[] samples = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                samples[y * SIZE + x] = (byte) (texture[y / BLOCK * (SIZE / BLOCK) + x / BLOCK] + random.nextInt(20));
            }
        }
        return PixelImage.of(SIZE, SIZE, 1, samples);
    }
}
