package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.foldwise.client.EvaluationsApi;
import org.foldwise.client.ExperimentsApi;
import org.foldwise.client.NeighbourhoodsApi;
import org.foldwise.client.model.CrossValidationProcedure;
import org.foldwise.client.model.EnsembleProcedure;
import org.foldwise.client.model.Evaluation;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.EvaluationState;
import org.foldwise.client.model.EvaluationSubject;
import org.foldwise.client.model.Experiment;
import org.foldwise.client.model.F1ThresholdRule;
import org.foldwise.client.model.InquiryState;
import org.foldwise.client.model.Neighbour;
import org.foldwise.client.model.Neighbourhood;
import org.foldwise.client.model.NeighbourhoodCase;
import org.foldwise.client.model.NeighbourhoodModel;
import org.foldwise.client.model.NeighbourhoodRequest;
import org.foldwise.client.model.PatientReport;
import org.foldwise.client.model.Subset;
import org.foldwise.client.model.Threshold;
import org.foldwise.client.model.ThresholdRule;

/** Neighbours of a cross-validation's cases and of an ensemble's test, through the generated client and a real worker. */
final class NeighbourhoodJourney {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Neighbours whose patient is of another role than train in the fold of the model, where that is one. */
    private static final String NOT_LEARNED_FROM =
            """
            select count(*) from neighbour n
                join neighbourhood_case c on c.neighbourhood_id = n.neighbourhood_id and c.position = n.position
                join neighbourhood h on h.id = n.neighbourhood_id
                join evaluation v on v.id = h.evaluation_id
                left join run r on r.id = v.run_id
                join experiment e on e.id = coalesce(v.experiment_id, r.experiment_id)
                join dataset_image i on i.id = n.image_id
            where h.id = ? and not exists (select from fold_member m
                where m.split_id = e.split_id and m.patient = i.patient and m.role = 'train'
                    and m.fold = coalesce((h.report -> 'models' -> c.model ->> 'fold')::int, m.fold))
            """;

    private final StandaloneProcess platform;
    private final PlatformClient client;
    private final NeighbourhoodsApi neighbourhoods;

    NeighbourhoodJourney(StandaloneProcess platform) throws IOException {
        this.platform = platform;
        this.client = platform.client();
        this.neighbourhoods = new NeighbourhoodsApi(client.generated());
    }

    void isTold() throws Exception {
        List<Experiment> experiments = new ExperimentsApi(client.generated())
                .listExperiments(null, null)
                .getItems();
        Experiment crossValidation = first(experiments, CrossValidationProcedure.class);
        UUID pooled = client.startEvaluation(new EvaluationRequest()
                        .subject(new EvaluationSubject().experimentId(crossValidation.getId()))
                        .subset(Subset.OUT_OF_FOLD)
                        .threshold(new Threshold().rule(new ThresholdRule(new F1ThresholdRule()))))
                .getId();
        platform.await(
                LIMIT,
                "the evaluation has ended",
                () -> client.evaluation(pooled).getState() == EvaluationState.SUCCEEDED);

        PatientReport ofPatients = client.evaluation(pooled).getPatientReport();
        assertThat(ofPatients.getPatients())
                .isEqualTo(client.evaluation(pooled).getReport().getPatients());
        assertThat(ofPatients.getAggregations()).hasSize(3).allSatisfy(by -> assertThat(
                        by.getBinary().getThreshold().getReached().getValue())
                .as("F1 at a threshold that was chosen on these patients")
                .isEqualTo(by.getBinary().getF1().getValue()));

        Neighbourhood ofFolds = soundOf(pooled);
        new ExplanationJourney(platform).soundOf(pooled);

        assertThat(ofFolds.getCases())
                .extracting(found -> found.getImage().getName())
                .startsWith(client.evaluation(pooled)
                        .getErrorReview()
                        .getWorst()
                        .get(0)
                        .getImage());
        assertThat(ofFolds.getModels()).hasSizeBetween(1, 2).allSatisfy(model -> assertThat(model.getRunIds())
                .hasSize(1));

        UUID ensemble = client.runs(first(experiments, EnsembleProcedure.class).getId())
                .get(0)
                .getId();
        Evaluation test = new EvaluationsApi(client.generated())
                .listEvaluations(ensemble, null, null, null).getItems().stream()
                        .filter(evaluation -> evaluation.getSubset() == Subset.TEST)
                        .findFirst()
                        .orElseThrow();
        Neighbourhood ofMean = soundOf(test.getId());
        new ExplanationJourney(platform).soundOf(test.getId());
        assertThat(ofMean.getCases()).hasSize(test.getErrorReview().getWorst().size());
        assertThat(ofMean.getModels())
                .as("both networks answer every case, and everybody outside the test is known to one of them")
                .allSatisfy(model -> {
                    assertThat(model.getRunIds()).hasSize(2);
                    assertThat(model.getFold()).isNull();
                });
    }

    /** Asks for the neighbours of an evaluation's cases, and looks whether they make sense. */
    Neighbourhood soundOf(UUID evaluation) throws Exception {
        Neighbourhood neighbourhood = found(evaluation);
        requireSound(neighbourhood);
        assertThat(platform.number(NOT_LEARNED_FROM, neighbourhood.getId())).isZero();
        return neighbourhood;
    }

    private Neighbourhood found(UUID evaluation) throws Exception {
        UUID id = neighbourhoods
                .startNeighbourhood(evaluation, new NeighbourhoodRequest().neighbours(3), null)
                .getId();
        platform.await(LIMIT, "the neighbours are found", () -> {
            Neighbourhood neighbourhood = neighbourhoods.getNeighbourhood(id);
            assertThat(neighbourhood.getFailure()).isNull();
            return neighbourhood.getState() == InquiryState.SUCCEEDED;
        });
        return neighbourhoods.getNeighbourhood(id);
    }

    private static void requireSound(Neighbourhood neighbourhood) {
        for (NeighbourhoodModel model : neighbourhood.getModels()) {
            assertThat(model.getTraining().getMedian())
                    .isBetween(0.0, model.getTraining().getPercentile95());
            assertThat(model.getTrainingPatients()).isGreaterThan(5);
        }
        for (NeighbourhoodCase found : neighbourhood.getCases()) {
            assertThat(found.getNeighbours()).hasSize(3);
            assertThat(found.getNeighbours())
                    .extracting(Neighbour::getDistance)
                    .isSorted()
                    .startsWith(found.getNearestDistance());
            assertThat(found.getNeighbours())
                    .extracting(neighbour -> neighbour.getImage().getPatient())
                    .doesNotHaveDuplicates()
                    .doesNotContain(found.getImage().getPatient());
            assertThat(found.getAgreeingWithLabel()).isEqualTo((int) found.getNeighbours().stream()
                    .filter(Neighbour::getAgreesWithLabel)
                    .count());
            assertThat(found.getFartherThanTraining()).isBetween(0.0, 1.0);
        }
    }

    private static Experiment first(List<Experiment> experiments, Class<?> procedure) {
        return experiments.stream()
                .filter(experiment ->
                        procedure.isInstance(experiment.getProcedure().getActualInstance()))
                .findFirst()
                .orElseThrow();
    }
}
