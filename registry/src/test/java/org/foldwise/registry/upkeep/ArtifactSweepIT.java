package org.foldwise.registry.upkeep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.SettableClock;
import org.foldwise.registry.Story;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactProperties;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.DirectoryArtifactStore;
import org.foldwise.registry.audit.AuditReporting;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunReporting;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
class ArtifactSweepIT {
    /** Digests of what is not in the artifact store. */
    private static final Set<String> NO_ARTIFACTS = Set.of(
            "idempotency_record.request_digest",
            "upload.digest",
            "upload_image.collision_digest",
            "dataset.digest",
            "dataset.description_digest",
            "dataset.examination_digest",
            "dataset.duplicates_digest",
            "dataset.frozen_manifest_digest",
            "evaluation.record_digest",
            "run.record_digest",
            "run_artifact.record_digest",
            "frozen_threshold.record_digest",
            "test_opening.record_digest",
            "patient_split.digest",
            "patient_split.certificate_digest",
            "patient_split.cohort_digest",
            "patient_split.record_digest",
            "search_candidate.plan_digest",
            "search_fold.inner_split_digest",
            "experiment.plan_digest",
            "experiment.split_digest",
            "leakage_experiment.plan_digest",
            "augmentation_audit.plan_digest",
            "experiment.record_digest",
            "leakage_experiment.record_digest",
            "augmentation_audit.record_digest",
            "neighbourhood.record_digest",
            "explanation_check.record_digest",
            "replay.record_digest",
            "prediction.input_digest",
            "withdrawn_content.digest");

    private static final Duration AGE = Duration.ofHours(24);

    private final Story story;
    private final Datasets datasets;
    private final RunReporting runs;
    private final AuditReporting audits;
    private final TransactionTemplate transaction;
    private final JdbcClient database;
    private final SettableClock clock = new SettableClock(Clock.systemUTC().instant());

    @TempDir
    private Path root;

    private ArtifactStore store;
    private ArtifactSweep sweep;

    ArtifactSweepIT(
            Story story,
            Datasets datasets,
            RunReporting runs,
            AuditReporting audits,
            TransactionTemplate transaction,
            JdbcClient database) {
        this.story = story;
        this.datasets = datasets;
        this.runs = runs;
        this.audits = audits;
        this.transaction = transaction;
        this.database = database;
    }

    @BeforeEach
    void openAStore() {
        store = new DirectoryArtifactStore(root, clock);
        sweep = new ArtifactSweep(store, database, new ArtifactProperties(root, AGE));
    }

    @Test
    void keepsWhatARowNamesAndDeletesTheRest() {
        Set<ArtifactKey> named = namedByAWholeStory();
        ArtifactKey lost = stored("weights of an attempt that was lost");
        clock.advance(AGE.plusMinutes(1));

        int deleted = sweep.deleteUnnamed();

        assertThat(deleted).isOne();
        assertThat(store.exists(lost)).isFalse();
        assertThat(named).allMatch(store::exists);
    }

    /** One artifact in every column that can name one. */
    private Set<ArtifactKey> namedByAWholeStory() {
        String suffix = story.project().id().toString();
        Cohort cohort = story.cohort("site " + suffix);
        Dataset dataset = story.draft();
        transaction.executeWithoutResult(status -> datasets.lock(dataset.id())
                .orElseThrow()
                .replaceManifest("images.csv", Digest.of("manifest " + suffix)));
        story.frozen(datasets.findById(dataset.id()).orElseThrow(), cohort);
        story.candidate();
        Run run = story.launched(Procedure.TRAIN).get(0);
        FencingToken token = story.started(run);
        runs.checkpoint(token, Story.artifact("checkpoint " + run), 1);
        FencingToken audit = story.claim(story.augmentationAudit().id());
        audits.start(audit);
        audits.succeed(audit, "{}", Story.artifact("sheet " + suffix));
        Set<ArtifactKey> named = cohort.images().stream()
                .map(ImageRecord::name)
                .map(this::stored)
                .collect(toSet());
        named.add(stored("manifest " + suffix));
        named.add(stored("checkpoint " + run));
        named.add(stored("sheet " + suffix));
        named.add(stored("cases"));
        named.add(stored("bundle"));
        named.add(stored(story.weightSet().name()));
        return named;
    }

    @Test
    void leavesTheYoungAlone() {
        ArtifactKey waiting = stored("an image whose upload is not yet written down");
        clock.advance(AGE.minusMinutes(1));

        assertThat(sweep.deleteUnnamed()).isZero();

        assertThat(store.exists(waiting)).isTrue();
    }

    /** A new digest in the schema has to be decided upon: a forgotten one would cost its artifacts. */
    @Test
    void knowsEveryColumnThatHoldsADigest() {
        List<String> digests = database.sql(
                        """
                        select distinct t.relname || '.' || a.attname from pg_constraint c
                            join pg_class t on t.oid = c.conrelid
                            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
                        where c.contype = 'c' and pg_get_constraintdef(c.oid) like '%is_sha256(' || a.attname || ')%'
                        """)
                .query(String.class)
                .list();

        Set<String> known = new TreeSet<>(NO_ARTIFACTS);
        known.addAll(ArtifactSweep.NAMES);
        assertThat(new TreeSet<>(digests)).isEqualTo(known);
    }

    private ArtifactKey stored(String content) {
        return store.put(content.getBytes(UTF_8));
    }
}
