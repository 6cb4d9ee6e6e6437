package org.foldwise.worker.neighbourhood;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.evaluation.PenultimateFeatures;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.neighbourhood.CaseNeighbours;
import org.foldwise.learning.neighbourhood.FeatureVectors;
import org.foldwise.learning.neighbourhood.NeighbourSearch;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.neighbourhood.FoundCase;
import org.foldwise.registry.neighbourhood.FoundCase.FoundNeighbour;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.foldwise.registry.neighbourhood.NeighbourhoodReporting;
import org.foldwise.registry.neighbourhood.Neighbourhoods;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.Workspace;
import org.foldwise.worker.neighbourhood.ReviewedCases.ReviewedCase;
import org.foldwise.worker.run.MaterialFailure;
import org.foldwise.worker.run.PixelCache;
import org.foldwise.worker.run.Predictions;
import org.foldwise.worker.run.RunMaterials;
import org.foldwise.worker.run.TrainedNetworks;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Finds the training patients nearest to the cases that an evaluation's error review names, by the features before the head of the
 * networks that answered them. Of the judged images it opens those that the review has named already; beside them images of training and
 * validation patients, and nobody else's.
 */
@Component
final class NeighbourFinding implements JobWork {
    /** The parts of the work on one model that decoding, and then computing features, are done after. */
    private static final double DECODED = 0.3;

    private static final double COMPUTED = 0.95;

    private final Neighbourhoods neighbourhoods;
    private final NeighbourhoodReporting reporting;
    private final Evaluations evaluations;
    private final Runs runs;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final DatasetImages datasetImages;
    private final RunMaterials materials;
    private final TrainedNetworks networks;
    private final Predictions predictions;
    private final PixelCache pixelCache;
    private final RecordCache cache;
    private final JobProgress.Factory progress;
    private final ObjectProvider<TorchEngine> engine;

    NeighbourFinding(
            Neighbourhoods neighbourhoods,
            NeighbourhoodReporting reporting,
            Evaluations evaluations,
            Runs runs,
            Experiments experiments,
            PatientSplits splits,
            DatasetImages datasetImages,
            RunMaterials materials,
            TrainedNetworks networks,
            Predictions predictions,
            PixelCache pixelCache,
            RecordCache cache,
            JobProgress.Factory progress,
            ObjectProvider<TorchEngine> engine) {
        this.neighbourhoods = neighbourhoods;
        this.reporting = reporting;
        this.evaluations = evaluations;
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.datasetImages = datasetImages;
        this.materials = materials;
        this.networks = networks;
        this.predictions = predictions;
        this.pixelCache = pixelCache;
        this.cache = cache;
        this.progress = progress;
        this.engine = engine;
    }

    @Override
    public JobKind kind() {
        return JobKind.NEIGHBOURHOOD;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        Neighbourhood asked = neighbourhoods
                .findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no neighbourhood"));
        reporting.start(token);
        try {
            find(token, asked, lease);
        } catch (StoppedException | CancellationException e) {
            lease.requireCancelled(e);
            reporting.cancelled(token);
        } catch (RuntimeException e) {
            reporting.fail(token, MaterialFailure.detail(e));
        }
    }

    /**
     * What the patients of a model's networks are to them.
     *
     * @param training images of patients whom at least one has learned from
     * @param unseen images of those validated on whom none has learned from
     */
    private record Panel(List<ImageRecord> training, List<ImageRecord> unseen) {
        static Panel of(List<TrainedNetwork> networks, Split split, Cohort cohort) {
            List<ImageRecord> training = new ArrayList<>();
            List<ImageRecord> unseen = new ArrayList<>();
            for (ImageRecord image : cohort.images()) {
                if (isIn(Role.TRAIN, image, networks, split)) {
                    training.add(image);
                } else if (isIn(Role.VALIDATION, image, networks, split)) {
                    unseen.add(image);
                }
            }
            return new Panel(training, unseen);
        }

        private static boolean isIn(Role role, ImageRecord image, List<TrainedNetwork> networks, Split split) {
            return networks.stream()
                    .anyMatch(network -> split.fold(network.fold()).roles().get(image.patient()) == role);
        }
    }

    private void find(FencingToken token, Neighbourhood asked, LeaseWatch lease) throws InterruptedException {
        Evaluation evaluation = evaluations.findById(asked.evaluationId()).orElseThrow();
        Experiment experiment = experimentOf(evaluation);
        PatientSplit stored = splits.requireSubmitted(experiment.splitId(), experiment.splitDigest());
        Cohort trainedOn = materials.cohort(stored.datasetId());
        Split split = splits.loadProven(stored.id(), trainedOn);
        UUID external = evaluation.datasetId();
        Cohort judged = external == null ? trainedOn : materials.cohort(external);
        ReviewedCases reviewed = ReviewedCases.of(
                requireNonNull(evaluation.errorReview()),
                requireNonNull(evaluation.report()),
                judged,
                predictions.images(requireNonNull(evaluation.cases())));
        Map<List<TrainedNetwork>, List<ReviewedCase>> byNetworks =
                reviewed.byNetworks(evaluation.subset(), networks.of(evaluation, stored), split);

        Pace pace = new Pace(progress.of(token), lease, byNetworks.size());
        List<NeighbourhoodReport.Model> models = new ArrayList<>();
        Map<String, CaseNeighbours> found = new HashMap<>();
        Map<String, Integer> modelOf = new HashMap<>();
        for (Map.Entry<List<TrainedNetwork>, List<ReviewedCase>> model : byNetworks.entrySet()) {
            List<ImageRecord> cases =
                    model.getValue().stream().map(ReviewedCase::image).toList();
            Panel panel = Panel.of(model.getKey(), split, trainedOn);
            NeighbourSearch search = new NeighbourSearch(
                    vectors(model.getKey(), trainedOn, panel, cases, pace),
                    asked.neighbours(),
                    model.getKey().get(0).plan().seed());
            NeighbourSearch.Found ofModel =
                    search.find(cases, panel.training(), panel.unseen(), done -> lease.requireKept());
            ofModel.cases().forEach(of -> {
                found.put(of.image().name(), of);
                modelOf.put(of.image().name(), models.size());
            });
            models.add(model(model.getKey(), panel, ofModel));
            pace.next();
        }
        lease.requireKept();
        reporting.succeed(
                token,
                ReportJson.write(new NeighbourhoodReport(models)),
                rows(reviewed, found, modelOf, external == null ? stored.datasetId() : external, stored.datasetId()));
    }

    private FeatureVectors vectors(
            List<TrainedNetwork> answering, Cohort cohort, Panel panel, List<ImageRecord> cases, Pace pace)
            throws InterruptedException {
        Set<ImageRecord> images = new LinkedHashSet<>(panel.training());
        images.addAll(panel.unseen());
        images.addAll(cases);
        CachedPixels pixels = pixelCache.open(
                List.copyOf(images),
                answering.get(0).plan().image().pixels(),
                done -> pace.at(DECODED * done / images.size(), "preparing image " + done + " of " + images.size()));
        List<FeatureVectors> vectors = new ArrayList<>();
        for (TrainedNetwork network : answering) {
            double before = (double) vectors.size() / answering.size();
            vectors.add(PenultimateFeatures.of(
                    engine.getObject(),
                    cache,
                    network.plan(),
                    cohort,
                    network.provenance(),
                    networks.weights(network),
                    images,
                    pixels::pixelsOf,
                    done -> pace.at(
                            DECODED
                                    + (COMPUTED - DECODED)
                                            * (before + (double) done / images.size() / answering.size()),
                            "computing the features of image " + done + " of " + images.size())));
        }
        return FeatureVectors.together(vectors);
    }

    private static NeighbourhoodReport.Model model(
            List<TrainedNetwork> answering, Panel panel, NeighbourSearch.Found found) {
        List<Integer> folds =
                answering.stream().map(TrainedNetwork::fold).distinct().toList();
        return new NeighbourhoodReport.Model(
                answering.stream().map(TrainedNetwork::run).toList(),
                folds.size() == 1 ? folds.get(0) : null,
                (int) patients(panel.training()).distinct().count(),
                panel.training().size(),
                found.training(),
                found.unseen());
    }

    private static Stream<PatientId> patients(Collection<ImageRecord> images) {
        return images.stream().map(ImageRecord::patient);
    }

    private List<FoundCase> rows(
            ReviewedCases reviewed,
            Map<String, CaseNeighbours> found,
            Map<String, Integer> modelOf,
            UUID judged,
            UUID trainedOn) {
        Map<String, UUID> cases = datasetImages.ids(judged, found.keySet());
        Map<String, UUID> neighbours = datasetImages.ids(
                trainedOn,
                found.values().stream()
                        .flatMap(of -> of.nearest().stream())
                        .map(neighbour -> neighbour.image().name())
                        .collect(Collectors.toSet()));
        List<FoundCase> rows = new ArrayList<>();
        for (ReviewedCase reviewedCase : reviewed.all()) {
            String name = reviewedCase.image().name();
            CaseNeighbours of = requireNonNull(found.get(name));
            rows.add(new FoundCase(
                    requireNonNull(cases.get(name)),
                    reviewedCase.called(),
                    requireNonNull(modelOf.get(name)),
                    of.fartherThanTraining(),
                    of.fartherThanUnseen(),
                    of.nearest().stream()
                            .map(neighbour -> new FoundNeighbour(
                                    requireNonNull(
                                            neighbours.get(neighbour.image().name())),
                                    neighbour.distance()))
                            .toList()));
        }
        return rows;
    }

    private Experiment experimentOf(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? requireNonNull(evaluation.experimentId())
                : runs.findById(run).orElseThrow().experimentId();
        return experiments.findById(experiment).orElseThrow();
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }

    /** Tells how far all models together are, and breaks off where the work must not go on. */
    private static final class Pace {
        private final JobProgress report;
        private final LeaseWatch lease;
        private final int models;
        private int finished;

        Pace(JobProgress report, LeaseWatch lease, int models) {
            this.report = report;
            this.lease = lease;
            this.models = models;
        }

        void at(double share, String message) {
            lease.requireKept();
            report.at(
                    (finished + share) / models,
                    models == 1 ? message : "model " + (finished + 1) + " of " + models + ": " + message);
        }

        void next() {
            finished++;
        }
    }
}
