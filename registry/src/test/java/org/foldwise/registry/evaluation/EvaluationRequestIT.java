package org.foldwise.registry.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.evaluation.EvaluationRefusedException.Cause;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.split.PatientSplit;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;

@RegistryTest
class EvaluationRequestIT {
    private static final String RULE = "{\"kind\": \"f1\"}";

    private final EvaluationRequest request;
    private final EvaluationReporting reporting;
    private final Evaluations evaluations;
    private final FrozenThresholds thresholds;
    private final TestOpenings openings;
    private final JobQueue queue;
    private final Story story;

    EvaluationRequestIT(
            EvaluationRequest request,
            EvaluationReporting reporting,
            Evaluations evaluations,
            FrozenThresholds thresholds,
            TestOpenings openings,
            JobQueue queue,
            Story story) {
        this.request = request;
        this.reporting = reporting;
        this.evaluations = evaluations;
        this.thresholds = thresholds;
        this.openings = openings;
        this.queue = queue;
        this.story = story;
    }

    @Test
    void freezesTheThresholdTogetherWithTheValidationsReport() {
        Run run = story.trained();
        Evaluation validation = request.validation(run.id(), RULE, RecalibrationMethod.NONE, null);
        assertThat(queue.find(validation.id()).map(Job::kind)).contains(JobKind.EVALUATE);
        FencingToken token = story.claim(validation.id());
        reporting.start(token);
        assertThat(thresholds.ofRun(run.id())).isEmpty();

        reporting.succeed(token, "{\"rocAuc\": 0.93}", Story.artifact("cases"), 0.37);

        assertThat(thresholds.ofRun(run.id())).hasValueSatisfying(threshold -> {
            assertThat(threshold.value()).isEqualTo(0.37);
            assertThat(threshold.rule()).isEqualTo(RULE);
            assertThat(threshold.evaluationId()).isEqualTo(validation.id());
        });
        Evaluation succeeded = evaluations.findById(validation.id()).orElseThrow();
        assertThat(succeeded.state()).isEqualTo(EvaluationState.SUCCEEDED);
        assertThat(succeeded.report()).isEqualTo("{\"rocAuc\": 0.93}");
        assertThat(succeeded.cases()).isEqualTo(Story.artifact("cases"));
        assertThat(evaluations.findByRunIdAndIdGreaterThanOrderById(run.id(), new UUID(0, 0), Limit.of(10)))
                .containsExactly(validation);
    }

    @Test
    void choosesAThresholdOnceEvenWhileTheFirstValidationIsStillOnItsWay() {
        Run run = story.trained();
        request.validation(run.id(), RULE, RecalibrationMethod.NONE, null);

        assertRefused(
                Cause.THRESHOLD_ALREADY_CHOSEN,
                () -> request.validation(run.id(), RULE, RecalibrationMethod.NONE, null));
    }

    @Test
    void letsOneOfManyValidationsThatComeAtOnceChooseTheThreshold() throws Exception {
        Run run = story.trained();
        Callable<Boolean> validation = () -> {
            try {
                request.validation(run.id(), RULE, RecalibrationMethod.NONE, null);
                return true;
            } catch (EvaluationRefusedException refusal) {
                return false;
            }
        };

        assertThat(atOnce(Collections.nCopies(4, validation))).containsOnlyOnce(true);
    }

    @Test
    void validatesAgainAfterAFailure() {
        Run run = story.trained();
        Evaluation failed = request.validation(run.id(), RULE, RecalibrationMethod.NONE, null);
        reporting.fail(story.claim(failed.id()), "one class only");
        assertThat(evaluations.findById(failed.id()).orElseThrow().failure()).isEqualTo("one class only");

        assertThat(request.validation(run.id(), RULE, RecalibrationMethod.NONE, null)
                        .state())
                .isEqualTo(EvaluationState.QUEUED);
    }

    @Test
    void refusesAThresholdFromAnythingButAValidation() {
        Run run = story.trained();
        story.validated(run);
        FencingToken test = story.claim(request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop")
                .id());
        reporting.start(test);

        assertThatThrownBy(() -> reporting.succeed(test, "{}", Story.artifact("cases"), 0.1))
                .isInstanceOf(IllegalArgumentException.class);
        reporting.succeed(test, "{}", Story.artifact("cases"), null);
        assertThat(thresholds.ofRun(run.id()).orElseThrow().value()).isEqualTo(0.4);
    }

    @Test
    void keepsWhatIsPromisedOfPredictionSetsAndWhatCameOfIt() {
        Run run = story.trained();
        assertThatThrownBy(() -> request.validation(run.id(), RULE, RecalibrationMethod.NONE, 1.0))
                .hasMessage("coverage must be in (0, 1), was 1.0");
        Evaluation validation = request.validation(run.id(), RULE, RecalibrationMethod.NONE, 0.9);
        FencingToken token = story.claim(validation.id());
        reporting.start(token);
        assertThatThrownBy(() -> reporting.cover(token, "{}")).isInstanceOf(IllegalStateException.class);
        String sets = "{\"kind\": \"undefined\"}";
        reporting.freeze(token, "{}", Story.artifact("cases"), new ChosenThreshold(0.4, null, null, sets));

        assertThat(evaluations.findById(validation.id()).orElseThrow().coverage())
                .isEqualTo(0.9);
        assertThat(thresholds.ofRun(run.id()).orElseThrow().predictionSets()).isEqualTo(sets);
        FencingToken test = story.claim(request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop")
                .id());
        assertThatThrownBy(() -> reporting.cover(test, "{}")).isInstanceOf(IllegalStateException.class);
        reporting.start(test);
        reporting.cover(test, "{\"images\": 7}");
        reporting.succeed(test, "{}", Story.artifact("cases"), null);
        assertThat(evaluations.findById(test.job()).orElseThrow().predictionSets())
                .isEqualTo("{\"images\": 7}");
    }

    /** Of several classes there is no threshold, and a recalibration all the same. */
    @Test
    void keepsARecalibrationWithoutAThresholdAndWhatCameOfIt() {
        Run run = story.trained();
        Evaluation validation = request.validation(run.id(), null, RecalibrationMethod.TEMPERATURE, null);
        FencingToken token = story.claim(validation.id());
        reporting.start(token);
        assertThatThrownBy(() -> reporting.tellOfRecalibration(token, "{}"))
                .hasMessageContaining("only a running one of test or external images tells of a recalibration");
        String temperature = "{\"kind\": \"temperature\", \"temperature\": 1.5}";
        reporting.freeze(token, "{}", Story.artifact("cases"), new ChosenThreshold(null, null, temperature, null));

        assertThat(thresholds.ofRun(run.id()).orElseThrow().recalibration()).isEqualTo(temperature);
        FencingToken test = story.claim(request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop")
                .id());
        reporting.start(test);
        reporting.tellOfRecalibration(test, "{\"images\": 7}");
        reporting.succeed(test, "{}", Story.artifact("cases"), null);
        assertThat(evaluations.findById(test.job()).orElseThrow().recalibrationEffect())
                .isEqualTo("{\"images\": 7}");
    }

    @Test
    void opensTheTestSubsetOnlyAfterTheThresholdIsFrozen() {
        Run run = story.trained();
        assertRefused(
                Cause.THRESHOLD_NOT_FROZEN,
                () -> request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop"));
        Evaluation validation = request.validation(run.id(), RULE, RecalibrationMethod.NONE, null);
        assertRefused(
                Cause.THRESHOLD_NOT_FROZEN,
                () -> request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop"));
        FencingToken token = story.claim(validation.id());
        reporting.start(token);
        reporting.succeed(token, "{}", Story.artifact("cases"), 0.5);

        Evaluation test = request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop");

        assertThat(openings.ofEvaluation(test.id())).hasValueSatisfying(opening -> {
            assertThat(opening.number()).isOne();
            assertThat(opening.reason()).isEqualTo("final");
            assertThat(opening.openedBy()).isEqualTo("laptop");
        });
    }

    @Test
    void countsEveryOpeningOfOneSplitWhateverRunItIsFor() throws Exception {
        PatientSplit split = story.storedSplit();
        Run one = story.trained(split);
        Run other = story.trained(split);
        story.validated(one);
        story.validated(other);
        List<Callable<UUID>> requests = new ArrayList<>();
        for (Run run : List.of(one, other, one, other)) {
            requests.add(() -> request.test(run.id(), List.of(NamedMetric.ROC_AUC), "curious", "laptop")
                    .id());
        }

        List<UUID> opened = atOnce(requests);

        assertThat(openings.touching(split.id()))
                .extracting(touching -> touching.opening().number())
                .containsExactly(1, 2, 3, 4);
        assertThat(openings.touching(split.id()))
                .extracting(touching -> touching.opening().evaluationId())
                .containsExactlyInAnyOrderElementsOf(opened);
    }

    @Test
    void countsAnOpeningWhoseEvaluationFailed() {
        Run run = story.trained();
        story.validated(run);
        Evaluation test = request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop");
        reporting.fail(story.claim(test.id()), "the store was away");

        assertThat(openings.ofEvaluation(test.id())).isPresent();
    }

    @Test
    void refusesRunsWithoutWeights() {
        Run queued = story.launched(Procedure.TRAIN).get(0);

        assertRefused(
                Cause.RUN_NOT_SUCCEEDED, () -> request.validation(queued.id(), RULE, RecalibrationMethod.NONE, null));
        assertRefused(
                Cause.RUN_NOT_SUCCEEDED,
                () -> request.test(queued.id(), List.of(NamedMetric.ROC_AUC), "final", "laptop"));
    }

    @Test
    void poolsTheFoldsOfASummarisedCrossValidation() {
        List<Run> folds = story.launched(Procedure.CROSS_VALIDATION);
        UUID experiment = folds.get(0).experimentId();
        folds.forEach(story::train);
        assertRefused(Cause.EXPERIMENT_NOT_SUCCEEDED, () -> request.outOfFold(experiment, RULE));
        story.summarise(experiment);

        Evaluation pooled = request.outOfFold(experiment, RULE);

        assertThat(pooled.experimentId()).isEqualTo(experiment);
        assertThat(pooled.runId()).isNull();
        FencingToken token = story.claim(pooled.id());
        assertThatThrownBy(() -> reporting.judgePatients(token, "{}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("QUEUED");
        reporting.start(token);
        reporting.judgePatients(token, "{\"patients\": 7}");
        reporting.succeed(token, "{}", Story.artifact("cases"), null);
        assertThat(evaluations.findById(pooled.id()).orElseThrow().patientReport())
                .isEqualTo("{\"patients\": 7}");
        assertThat(evaluations.findByExperimentIdAndIdGreaterThanOrderById(experiment, new UUID(0, 0), Limit.of(10)))
                .containsExactly(pooled);
    }

    @Test
    void refusesToPoolWhatWasNotCrossValidated() {
        Run run = story.trained();
        story.summarise(run.experimentId());

        assertRefused(Cause.NOT_CROSS_VALIDATED, () -> request.outOfFold(run.experimentId(), RULE));
    }

    @Test
    void refusesAnExternalDatasetThatSharesPatientsUnlessToldWhatToDo() {
        Run run = story.trained();
        story.validated(run);
        Dataset external = story.frozen(story.draft(), story.cohort("there"));

        assertRefused(
                Cause.SHARED_PATIENTS, () -> request.external(run.id(), external.id(), SharedPatients.REFUSE, null));
        assertThatThrownBy(() -> request.external(run.id(), external.id(), SharedPatients.DISTINCT_PATIENTS, null))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(request.external(run.id(), external.id(), SharedPatients.EXCLUDE, null)
                        .datasetId())
                .isEqualTo(external.id());
        assertThat(request.external(run.id(), external.id(), SharedPatients.DISTINCT_PATIENTS, "numbered anew")
                        .reason())
                .isEqualTo("numbered anew");
    }

    @Test
    void refusesExternalDatasetsThatCannotBeCompared() {
        Dataset training = story.frozen();
        Run run = story.trained(story.storedSplit(training));
        Dataset external = story.frozen(story.draft(), story.cohort("there"));
        assertRefused(
                Cause.THRESHOLD_NOT_FROZEN,
                () -> request.external(run.id(), external.id(), SharedPatients.EXCLUDE, null));
        story.validated(run);

        assertRefused(
                Cause.SAME_DATASET, () -> request.external(run.id(), training.id(), SharedPatients.EXCLUDE, null));
        assertRefused(
                Cause.DATASET_NOT_FROZEN,
                () -> request.external(run.id(), story.freezing().id(), SharedPatients.EXCLUDE, null));
    }

    private static void assertRefused(Cause cause, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(EvaluationRefusedException.class, refusal -> assertThat(refusal.refusal())
                        .isEqualTo(cause));
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
