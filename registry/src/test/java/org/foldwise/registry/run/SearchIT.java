package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.search.InnerSpec;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationRefusedException;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.LeaseLostException;
import org.foldwise.registry.search.SearchCandidate;
import org.foldwise.registry.search.SearchDesign;
import org.foldwise.registry.search.SearchFold;
import org.foldwise.registry.search.SearchStanding;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.InnerFolds;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.registry.split.SplitTamperedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Nested cross-validations from their launch through their rungs to their ends, with workers that are played. */
@RegistryTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchIT {
    private static final int OUTER_FOLDS = 2;
    private static final int INNER_FOLDS = 2;
    private static final List<Rung> ONE_RUNG = List.of(new Rung(0, null, 3));
    private static final List<Rung> THREE_RUNGS = List.of(new Rung(0, 1, 4), new Rung(1, 2, 2), new Rung(2, 4, 1));

    private final ExperimentLaunch launch;
    private final Experiments experiments;
    private final Searches searches;
    private final Runs runs;
    private final RunReporting reporting;
    private final RunCancellation cancellation;
    private final EvaluationRequest evaluations;
    private final ReplayRequests replays;
    private final PatientSplits splits;
    private final DatasetImages images;
    private final JobQueue queue;
    private final Story story;
    private final Ids ids;
    private final DatabaseClock clock;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private Cohort cohort;
    private PatientSplit outer;

    SearchIT(
            ExperimentLaunch launch,
            Experiments experiments,
            Searches searches,
            Runs runs,
            RunReporting reporting,
            RunCancellation cancellation,
            EvaluationRequest evaluations,
            ReplayRequests replays,
            PatientSplits splits,
            DatasetImages images,
            JobQueue queue,
            Story story,
            Ids ids,
            DatabaseClock clock,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.launch = launch;
        this.experiments = experiments;
        this.searches = searches;
        this.runs = runs;
        this.reporting = reporting;
        this.cancellation = cancellation;
        this.evaluations = evaluations;
        this.replays = replays;
        this.splits = splits;
        this.images = images;
        this.queue = queue;
        this.story = story;
        this.ids = ids;
        this.clock = clock;
        this.database = database;
        this.transaction = transaction;
    }

    @BeforeAll
    void splitADataset() {
        Dataset dataset = story.frozen(story.draft(), thirtyPatients());
        cohort = images.cohort(dataset);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(OUTER_FOLDS, 0.2, 0.25), 5);
        outer = splits.store(dataset.id(), "two folds", split, cohort);
    }

    private static Cohort thirtyPatients() {
        List<ImageRecord> all = new ArrayList<>();
        for (int patient = 0; patient < 30; patient++) {
            String label = patient % 2 == 0 ? "ill" : "healthy";
            String name = "%s/q%02d.png".formatted(label, patient);
            all.add(new ImageRecord(
                    name, Digest.of(name), new PatientId("q%02d".formatted(patient)), label, null, null));
        }
        return new Cohort(Task.BINARY, List.of("healthy", "ill"), PatientLabelRule.ANY_POSITIVE, all);
    }

    @Test
    void launchesEveryCandidateOnInnerFoldsThatHoldNobodyElse() {
        UUID experiment = launched(ONE_RUNG);

        assertThat(runs.findByExperimentIdOrderByFold(experiment))
                .hasSize(OUTER_FOLDS * 3 * INNER_FOLDS)
                .allSatisfy(run -> {
                    assertThat(run.isInner()).isTrue();
                    assertThat(run.rung()).isZero();
                    assertThat(queue.find(run.id())).isPresent();
                })
                .extracting(Run::fold, Run::candidate, Run::innerFold)
                .startsWith(tuple(0, 0, 0), tuple(0, 0, 1), tuple(0, 1, 0))
                .endsWith(tuple(1, 2, 1));
        assertThat(searches.plannedRuns(experiment)).hasValue(OUTER_FOLDS * (3 * INNER_FOLDS + 1));
        Split outerSplit = splits.load(outer.id());
        for (SearchFold fold : searches.folds(experiment)) {
            InnerFolds inner = splits.loadProvenInner(fold.innerSplitId(), cohort);
            Fold ofOuter = outerSplit.folds().get(fold.fold());
            Set<PatientId> learnedFrom = new HashSet<>(ofOuter.patients(Role.TRAIN));
            learnedFrom.addAll(ofOuter.patients(Role.VALIDATION));
            assertThat(inner.split().folds()).hasSize(INNER_FOLDS);
            assertThat(inner.split().allFolds())
                    .allSatisfy(
                            innerFold -> assertThat(innerFold.roles().keySet()).isEqualTo(learnedFrom));
            assertThat(inner.cohort().imagesByPatient().keySet()).isEqualTo(learnedFrom);
        }
        assertThat(splits.ofDataset(outer.datasetId(), new UUID(0, 0), 100))
                .as("splits to choose from")
                .containsExactly(outer);
    }

    /** By hand: at the first rung 2 and 0 are best in fold 0, and 3 and 1 in fold 1, of which 1 is there before 2 by its number. */
    @ParameterizedTest(name = "runs end in order {0}")
    @ValueSource(longs = {1, 2, 3})
    void goesFromRungToRungWhateverTheOrderInWhichRunsEnd(long order) {
        double[][][] areas = {
            {{0.7, 0.6, 0.9, 0.5}, {0.8, 0, 0.85, 0}, {0, 0, 0.95, 0}},
            {{0.6, 0.7, 0.7, 0.8}, {0, 0.9, 0, 0.9}, {0, 0.7, 0, 0}},
        };
        UUID experiment = launched(THREE_RUNGS);

        List<UUID> open;
        while (!(open = open(experiment)).isEmpty()) {
            Collections.shuffle(open, new Random(order));
            Run run = run(open.get(0));
            succeed(run, run.isInner() ? areas[run.fold()][run.rung()][run.candidate()] : null);
        }

        assertThat(searches.standings(experiment))
                .extracting(
                        SearchStanding::fold,
                        SearchStanding::rung,
                        standing -> standing.standing().candidate(),
                        standing -> standing.standing().kept())
                .containsExactly(
                        tuple(0, 0, 2, true),
                        tuple(0, 0, 0, true),
                        tuple(0, 0, 1, false),
                        tuple(0, 0, 3, false),
                        tuple(0, 1, 2, true),
                        tuple(0, 1, 0, false),
                        tuple(0, 2, 2, true),
                        tuple(1, 0, 3, true),
                        tuple(1, 0, 1, true),
                        tuple(1, 0, 2, false),
                        tuple(1, 0, 0, false),
                        tuple(1, 1, 1, true),
                        tuple(1, 1, 3, false),
                        tuple(1, 2, 1, true));
        assertThat(runs.findOuter(experiment))
                .extracting(Run::fold, Run::candidate)
                .containsExactly(tuple(0, 2), tuple(1, 1));
        assertThat(runs.findByExperimentIdOrderByFold(experiment))
                .hasSize(searches.plannedRuns(experiment).orElseThrow());
        assertThat(state(experiment)).isEqualTo(ExperimentState.RUNNING);
        story.summarise(experiment);
        assertThat(state(experiment)).isEqualTo(ExperimentState.SUCCEEDED);
    }

    @Test
    void aCandidateThatDivergesLosesWithTheReasonAndStopsNobody() {
        UUID experiment = launched(ONE_RUNG);
        for (UUID id : open(experiment)) {
            Run run = run(id);
            if (run.candidate() == 1 && run.innerFold() == 1) {
                reporting.fail(story.started(run), FailureCode.DIVERGED, "the loss was no number in epoch 2");
            } else if (run.candidate() == 2) {
                succeed(run, null, null);
            } else {
                succeed(run, 0.6);
            }
        }

        assertThat(searches.standings(experiment))
                .filteredOn(standing -> standing.fold() == 0)
                .extracting(
                        standing -> standing.standing().candidate(),
                        standing -> standing.standing().lostBecause(),
                        standing -> standing.standing().kept())
                .containsExactly(
                        tuple(0, null, true),
                        tuple(1, "on inner fold 1: diverged, the loss was no number in epoch 2", false),
                        tuple(
                                2,
                                "on inner fold 0: the area under the ROC curve is undefined, its held-out images show one class",
                                false));
        open(experiment).forEach(id -> succeed(run(id), null));
        assertThat(queue.find(experiment)).isPresent();
    }

    @Test
    void failsWhereAllCandidatesOfAFoldHaveLostButOnlyAfterTheOthers() {
        UUID experiment = launched(ONE_RUNG);
        for (UUID id : open(experiment)) {
            Run run = run(id);
            if (run.fold() == 0) {
                reporting.fail(story.started(run), FailureCode.OUT_OF_MEMORY, "too little");
            } else {
                succeed(run, 0.7);
            }
        }

        assertThat(state(experiment)).isEqualTo(ExperimentState.RUNNING);
        List<UUID> left = open(experiment);
        assertThat(left).hasSize(1);
        succeed(run(left.get(0)), null);
        assertThat(state(experiment)).isEqualTo(ExperimentState.FAILED);
        assertThat(queue.find(experiment)).isEmpty();
    }

    /** What is no plan's fault must not decide which plan is chosen. */
    @Test
    void failsWithoutGoingOnWhereARunFailedForReasonsOutsideOfItsPlan() {
        UUID experiment = launched(ONE_RUNG);
        List<UUID> first = open(experiment);
        reporting.fail(story.started(run(first.get(0))), FailureCode.INFRASTRUCTURE, "the store was away");
        first.subList(1, first.size()).forEach(id -> succeed(run(id), 0.6));

        assertThat(searches.standings(experiment)).isEmpty();
        assertThat(runs.findOuter(experiment)).isEmpty();
        assertThat(state(experiment)).isEqualTo(ExperimentState.FAILED);
    }

    @Test
    void aWorkerWhoseLeaseIsLostTakesNoStepAndItsSuccessorTakesItOnce() {
        UUID experiment = launched(ONE_RUNG);
        List<UUID> first = open(experiment);
        first.subList(0, first.size() - 1).forEach(id -> succeed(run(id), 0.6));
        Run last = run(first.get(first.size() - 1));
        FencingToken lost = story.started(last);
        reporting.artifact(lost, RunArtifactKind.HELD_OUT_PREDICTIONS, Story.artifact("held out " + last), 300);
        FencingToken current = story.started(last);

        assertThatThrownBy(() -> reporting.succeedInner(lost, 0, "{}", 0.9)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> reporting.fail(lost, FailureCode.DIVERGED, "late"))
                .isInstanceOf(LeaseLostException.class);
        assertThat(searches.standings(experiment)).noneMatch(standing -> standing.fold() == last.fold());
        assertThat(runs.findOuter(experiment)).extracting(Run::fold).containsExactly(0);

        reporting.succeedInner(current, 0, "{}", 0.6);
        assertThatThrownBy(() -> reporting.succeedInner(current, 0, "{}", 0.6)).isInstanceOf(LeaseLostException.class);
        assertThat(searches.standings(experiment)).hasSize(OUTER_FOLDS * 3);
        assertThat(runs.findOuter(experiment))
                .extracting(Run::fold, Run::candidate)
                .containsExactly(tuple(0, 0), tuple(1, 0));
    }

    /** The transaction that ends a rung's last run and takes the step is one: if it does not commit, the run has not ended either. */
    @Test
    void aStepThatIsNotCommittedIsTakenByTheNextAttempt() {
        UUID experiment = launched(ONE_RUNG);
        List<UUID> first = open(experiment);
        first.subList(0, first.size() - 1).forEach(id -> succeed(run(id), 0.6));
        Run last = run(first.get(first.size() - 1));
        FencingToken killed = started(last);

        transaction.executeWithoutResult(status -> {
            reporting.succeedInner(killed, 0, "{}", 0.6);
            status.setRollbackOnly();
        });

        assertThat(run(last.id()).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(runs.findOuter(experiment)).hasSize(1);
        reporting.succeedInner(started(last), 0, "{}", 0.6);
        assertThat(runs.findOuter(experiment)).hasSize(2);
    }

    @Test
    void takesOneStepAlthoughAllRunsOfARungEndAtOnce() throws Exception {
        UUID experiment = launched(ONE_RUNG);
        List<UUID> first = open(experiment);
        CyclicBarrier ready = new CyclicBarrier(first.size());
        List<Callable<Boolean>> workers = new ArrayList<>();
        for (UUID id : first) {
            FencingToken token = started(run(id));
            workers.add(() -> {
                ready.await();
                return reporting.succeedInner(token, 0, "{}", 0.6).isEmpty();
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(workers.size());
        try {
            for (Future<Boolean> worker : threads.invokeAll(workers)) {
                assertThat(worker.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }

        assertThat(searches.standings(experiment)).hasSize(OUTER_FOLDS * 3);
        assertThat(runs.findOuter(experiment))
                .extracting(Run::fold, Run::candidate)
                .containsExactly(tuple(0, 0), tuple(1, 0));
    }

    @Test
    void cancellationEndsAllOfItAndARungThatEndsThereafterIsTheLast() {
        UUID experiment = launched(THREE_RUNGS);
        List<UUID> first = open(experiment);
        first.subList(1, first.size()).stream()
                .filter(id -> run(id).fold() == 0)
                .forEach(id -> succeed(run(id), 0.6));
        FencingToken training = started(run(first.get(0)));

        cancellation.cancelExperiment(experiment);

        assertThat(queue.isCancellationRequested(training)).isTrue();
        assertThat(runs.findByExperimentIdOrderByFold(experiment))
                .filteredOn(run -> run.fold() == 1)
                .extracting(Run::status)
                .containsOnly(RunStatus.CANCELLED);
        // it was done before it heard of it
        reporting.succeedInner(training, 0, "{}", 0.9);
        assertThat(open(experiment)).isEmpty();
        assertThat(searches.standings(experiment)).isEmpty();
        assertThat(state(experiment)).isEqualTo(ExperimentState.CANCELLED);
    }

    @Test
    void aCancelledSearchWhoseRunsHaveAllSucceededMakesNoMore() {
        UUID experiment = launched(ONE_RUNG);
        List<FencingToken> tokens =
                open(experiment).stream().map(id -> started(run(id))).toList();

        cancellation.cancelExperiment(experiment);
        tokens.forEach(token -> reporting.succeedInner(token, 0, "{}", 0.9));

        assertThat(runs.findOuter(experiment)).isEmpty();
        assertThat(state(experiment)).isEqualTo(ExperimentState.CANCELLED);
    }

    /** Of each outer fold the one run of what was chosen is judged; until there is one of every fold, none is. */
    @Test
    void isEvaluatedOutOfFoldByItsOuterRunsOnceItHasSucceeded() {
        UUID experiment = launched(ONE_RUNG);
        List<UUID> inner = open(experiment);
        requireUnfinished(experiment);
        inner.forEach(id -> succeed(run(id), run(id).candidate() == 1 ? 0.9 : 0.6));
        requireUnfinished(experiment);
        open(experiment).forEach(id -> succeed(run(id), null));
        requireUnfinished(experiment);
        story.summarise(experiment);

        Evaluation evaluation = evaluations.outOfFold(experiment, "{\"kind\": \"f1\"}");

        assertThat(evaluation.experimentId()).isEqualTo(experiment);
        assertThat(queue.find(evaluation.id())).isPresent();
        assertThat(runs.findFirstRepeat(experiment, 1))
                .as("whose answers it is of")
                .allSatisfy(run -> assertThat(inner).doesNotContain(run.id()))
                .extracting(Run::fold, Run::candidate, Run::isInner)
                .containsExactly(tuple(0, 1, false), tuple(1, 1, false));
        UUID cancelled = launched(ONE_RUNG);
        cancellation.cancelExperiment(cancelled);
        requireUnfinished(cancelled);
    }

    private void requireUnfinished(UUID experiment) {
        assertThatThrownBy(() -> evaluations.outOfFold(experiment, "{\"kind\": \"f1\"}"))
                .isInstanceOfSatisfying(EvaluationRefusedException.class, e -> assertThat(e.refusal())
                        .isEqualTo(EvaluationRefusedException.Cause.SEARCH_NOT_SUCCEEDED));
    }

    @Test
    void itsRunsAreNotEvaluatedAndItsInnerRunsKeepNoWeights() {
        UUID experiment = launched(ONE_RUNG);
        open(experiment).forEach(id -> succeed(run(id), 0.6));
        open(experiment).forEach(id -> succeed(run(id), null));

        for (Run run : runs.findByExperimentIdOrderByFold(experiment)) {
            assertThatThrownBy(() ->
                            evaluations.validation(run.id(), "{\"kind\": \"f1\"}", RecalibrationMethod.NONE, null))
                    .isInstanceOfSatisfying(EvaluationRefusedException.class, e -> assertThat(e.refusal())
                            .isEqualTo(EvaluationRefusedException.Cause.RUN_OF_A_SEARCH));
        }
        assertThatThrownBy(() -> replays.of(
                        runs.findByExperimentIdOrderByFold(experiment).get(0).id()))
                .isInstanceOf(ReplayRefusedException.class)
                .hasMessageContaining("whose weights are not kept");
        assertThat(replays.of(runs.findOuter(experiment).get(0).id()).state()).isEqualTo(InquiryState.QUEUED);
        assertThat(database.sql("select count(*) from run_artifact a join run r on r.id = a.run_id"
                                + " where r.experiment_id = ? and r.inner_fold is not null and a.kind = 'weights'")
                        .param(experiment)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    /** Past the library: each row is refused by the database itself. */
    @Test
    void theDatabaseRefusesStrangersInInnerFoldsAndRunsOutOfTurn() {
        UUID experiment = launched(THREE_RUNGS);
        UUID inner = searches.folds(experiment).get(0).innerSplitId();
        Fold ofOuter = splits.load(outer.id()).folds().get(0);
        String heldOut = ofOuter.patients(Role.HELD_OUT).first().value();
        String test = ofOuter.patients(Role.TEST).first().value();
        String learned = ofOuter.patients(Role.TRAIN).first().value();
        String copy =
                """
                with fresh as (
                    insert into patient_split (id, dataset_id, name, seed, spec, digest, audit, created_at, rules, certificate,
                        certificate_digest, outer_split_id, outer_fold, cohort_digest, record_digest)
                    select gen_random_uuid(), dataset_id, name || ' once more', seed, spec, digest, audit, created_at, rules,
                        certificate, certificate_digest, outer_split_id, %s, cohort_digest, digest from patient_split
                    where id = '%s' returning id)
                insert into fold_member (split_id, fold, patient, role) select id, 0, '%s', '%s' from fresh
                """;
        List<String> refused = List.of(
                copy.formatted("outer_fold", inner, heldOut, "train"),
                copy.formatted("outer_fold", inner, heldOut, "heldOut"),
                copy.formatted("outer_fold", inner, test, "validation"),
                copy.formatted("outer_fold", inner, test, "test"),
                copy.formatted("outer_fold", inner, learned, "dropped"),
                copy.formatted("outer_fold", inner, "nobody", "train"),
                copy.formatted("7", inner, learned, "train"),
                "insert into search_fold values ('" + experiment + "', 5, '" + inner + "')",
                "update search_fold set fold = 1 where experiment_id = '" + experiment + "' and fold = 0",
                "update search_candidate set plan = '{}' where experiment_id = '" + experiment + "'",
                "update search_rung set epochs = 9 where experiment_id = '" + experiment + "'",
                "update search set planned_runs = 9 where experiment_id = '" + experiment + "'",
                "update run set candidate = 1 where experiment_id = '" + experiment + "' and candidate = 0",
                run(experiment, "0, 0, 1, 0"),
                run(experiment, "0, 0, null, null"),
                run(experiment, "0, null, null, null"),
                run(experiment, "0, 0, 0, null"),
                run(experiment, "0, 0, 0, 0"));
        for (String sql : refused) {
            assertThatThrownBy(() -> transaction.executeWithoutResult(
                            status -> database.sql(sql).update()))
                    .as(sql)
                    .isInstanceOf(DataAccessException.class);
        }
        transaction.executeWithoutResult(status -> {
            assertThat(database.sql(copy.formatted("outer_fold", inner, learned, "train"))
                            .update())
                    .isEqualTo(1);
            status.setRollbackOnly();
        });
    }

    private String run(UUID experiment, String foldCandidateRungAndInnerFold) {
        return "insert into run (id, experiment_id, state, created_at, version, record_digest, fold, candidate, rung, inner_fold) values ('"
                + ids.next() + "', '" + experiment + "', 'queued', now(), 0, repeat('0', 64), "
                + foldCandidateRungAndInnerFold + ")";
    }

    /** A search whose inner splits are made anew, consistently, is another search. */
    @Test
    void keepsTheDigestsOfTheSplitsThatItWasSubmittedWith() {
        UUID experiment = launched(ONE_RUNG);
        SearchFold fold = searches.folds(experiment).get(0);

        assertThat(searches.innerSplitDigest(experiment, fold.fold()))
                .isEqualTo(splits.find(fold.innerSplitId()).orElseThrow().digest());
        assertThatThrownBy(() -> database.sql("update search_fold set inner_split_digest = ? where experiment_id = ?")
                        .params("0".repeat(64), experiment)
                        .update())
                .isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> database.sql("update experiment set split_digest = ? where id = ?")
                        .params("0".repeat(64), experiment)
                        .update())
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void aWorkerNoticesEverythingThatWasChangedInAnInnerSplitPastTheTriggers() {
        UUID inner = searches.folds(launched(ONE_RUNG)).get(0).innerSplitId();
        Fold ofOuter = splits.load(outer.id()).folds().get(0);
        String heldOut = ofOuter.patients(Role.HELD_OUT).first().value();
        String test = ofOuter.patients(Role.TEST).first().value();
        InnerFolds sound = splits.loadProvenInner(inner, cohort);
        List<String> tampering = List.of(
                "insert into fold_member select '" + inner + "', fold, '" + heldOut
                        + "', case when fold = 0 then 'heldOut' else 'train' end from generate_series(-1, 1) fold",
                "insert into fold_member select '" + inner + "', fold, '" + test
                        + "', case when fold = 0 then 'heldOut' else 'train' end from generate_series(-1, 1) fold",
                "update fold_member set patient = '" + heldOut + "' where split_id = '" + inner + "' and patient = '"
                        + ofOuter.patients(Role.TRAIN).first().value() + "'",
                "update patient_split set outer_fold = 1 where id = '" + inner + "'",
                "update patient_split set cohort_digest = '" + cohort.digest().hex() + "' where id = '" + inner + "'",
                "update patient_split set seed = seed + 1 where id = '" + inner + "'",
                "update patient_split set audit = jsonb_set(audit, '{greatestShareDeviation}', '0.5') where id = '"
                        + inner + "'",
                "update patient_split set outer_split_id = null, outer_fold = null, cohort_digest = null where id = '"
                        + inner + "'",
                "update fold_member set role = 'train' where split_id = '" + outer.id()
                        + "' and fold = 0 and patient = '" + heldOut + "'");
        for (String sql : tampering) {
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                assertThat(database.sql(sql).update()).as(sql).isPositive();
                assertThatThrownBy(() -> splits.loadProvenInner(inner, cohort))
                        .as(sql)
                        .isInstanceOf(SplitTamperedException.class);
                status.setRollbackOnly();
            });
        }
        assertThat(splits.loadProvenInner(inner, cohort)).isEqualTo(sound);
    }

    @Test
    void refusesMoreRunsThanAreAllowedAndWhatIsNoSearch() {
        List<Rung> many = List.of(new Rung(0, null, 300));

        assertThatThrownBy(() -> launch.launch(experiment(Procedure.NESTED_CROSS_VALIDATION), design(many)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000 runs, had 2 and 1202");
        assertThatThrownBy(() -> launch.launch(experiment(Procedure.CROSS_VALIDATION), design(ONE_RUNG)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> launch.launch(experiment(Procedure.NESTED_CROSS_VALIDATION)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private UUID launched(List<Rung> rungs) {
        Experiment experiment = experiment(Procedure.NESTED_CROSS_VALIDATION);
        launch.launch(experiment, design(rungs));
        return experiment.id();
    }

    private Experiment experiment(Procedure procedure) {
        return new Experiment(ids.next(), outer.id(), "a search", procedure, "{}", Digest.of("{}"), null, clock.now());
    }

    private static SearchDesign design(List<Rung> rungs) {
        return new SearchDesign(
                "{\"kind\": \"random\"}",
                IntStream.range(0, rungs.get(0).candidates())
                        .mapToObj(candidate -> new SearchCandidate(
                                candidate, "[]", "{\"batchSize\": " + candidate + "}", Digest.of("plan " + candidate)))
                        .toList(),
                rungs,
                new InnerSpec(INNER_FOLDS, 0.3),
                9);
    }

    private List<UUID> open(UUID experiment) {
        List<UUID> open = new ArrayList<>();
        for (Run run : runs.findByExperimentIdOrderByFold(experiment)) {
            if (!run.status().isTerminal()) {
                open.add(run.id());
            }
        }
        return open;
    }

    private Run run(UUID id) {
        return runs.findById(id).orElseThrow();
    }

    /** Plays a worker that has scored an inner run's held-out images. */
    private FencingToken started(Run run) {
        FencingToken token = story.started(run);
        reporting.artifact(token, RunArtifactKind.HELD_OUT_PREDICTIONS, Story.artifact("held out " + run), 300);
        return token;
    }

    /** Plays a worker that trains a run; both inner folds come to the same area. */
    private void succeed(Run run, @Nullable Double area) {
        if (run.isInner()) {
            succeed(run, Objects.requireNonNull(area), area);
        } else {
            story.train(run);
        }
    }

    private void succeed(Run run, @Nullable Double first, @Nullable Double second) {
        reporting.succeedInner(started(run), 0, "{}", Objects.equals(run.innerFold(), 0) ? first : second);
    }

    private ExperimentState state(UUID experiment) {
        return experiments.findById(experiment).orElseThrow().state();
    }
}
