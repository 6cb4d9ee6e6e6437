package org.foldwise.api.run;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.split.Fold;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.RunStatus;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks who is to be a member of an ensemble, and makes it. */
@Component
class EnsembleMaking {
    private static final String RUN_IDS = "/members/runIds";
    private static final String EXPERIMENT_ID = "/members/experimentId";

    /** What a bundle has beside weights: far more than its manifest and the names of its files. */
    private static final long BESIDE_WEIGHTS = 4 << 20;

    /** A bundle is read whole, and its ONNX file made beside it, on a heap that other models are on as well. */
    private static final long MOST_WEIGHTS = Math.min(
            BundleReader.MAXIMUM_BYTES - BESIDE_WEIGHTS, Runtime.getRuntime().maxMemory() / 6);

    private final Visibility visibility;
    private final Experiments experiments;
    private final Runs runs;
    private final RunProgress progress;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final Ensembles ensembles;
    private final LearntImages images;
    private final ArtifactStore artifacts;
    private final JsonMapper mapper;
    private final Ids ids;
    private final DatabaseClock clock;

    EnsembleMaking(
            Visibility visibility,
            Experiments experiments,
            Runs runs,
            RunProgress progress,
            PatientSplits splits,
            Datasets datasets,
            Ensembles ensembles,
            LearntImages images,
            ArtifactStore artifacts,
            JsonMapper mapper,
            Ids ids,
            DatabaseClock clock) {
        this.visibility = visibility;
        this.experiments = experiments;
        this.runs = runs;
        this.progress = progress;
        this.splits = splits;
        this.datasets = datasets;
        this.ensembles = ensembles;
        this.images = images;
        this.artifacts = artifacts;
        this.mapper = mapper;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Makes an ensemble.
     *
     * @throws RefusedException if its members are not there, or do not fit together; all that is wrong with them is told at once
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from what they were trained on
     * @throws org.foldwise.learning.imaging.OtherPreprocessingException if one learnt from images that were decoded by other rules
     */
    Run make(EnsembleRequest request, Caller caller) {
        if (request.members() instanceof EnsembleRequest.Folds folds) {
            return ofFolds(request.name(), visibility.experimentNamedBy(caller, folds.experimentId(), EXPERIMENT_ID));
        }
        EnsembleRequest.Runs listed = (EnsembleRequest.Runs) request.members();
        return ofRuns(request.name(), listed.runIds(), caller);
    }

    private Run ofFolds(String name, Experiment experiment) {
        if (experiment.procedure() != Procedure.CROSS_VALIDATION) {
            throw RefusedException.invalid(
                    EXPERIMENT_ID,
                    "must be a cross-validation of one plan, was "
                            + WireNames.of(experiment.procedure())
                            + (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION
                                    ? "; cross-validate the plan that is chosen in the end, and take that"
                                    : ""));
        }
        if (experiment.state() != ExperimentState.SUCCEEDED) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The cross-validation is " + WireNames.of(experiment.state())
                            + "; an ensemble has all of its folds, so it is made of one that has succeeded.");
        }
        PatientSplit split = requireWhole(experiment);
        List<Member> members = runs.findByExperimentIdOrderByFold(experiment.id()).stream()
                .map(run -> new Member(run, experiment, plan(experiment), weights(run)))
                .toList();
        if (members.size() > EnsembleMean.MAXIMUM_MEMBERS) {
            throw RefusedException.invalid(
                    EXPERIMENT_ID,
                    "must have " + EnsembleMean.MAXIMUM_MEMBERS + " folds at most, with all repeats, had "
                            + members.size());
        }
        requireBundled(members, EXPERIMENT_ID);
        int repeats = split.spec().repeats();
        int folds = members.size() / repeats;
        List<ScoredImages> heldOut = new ArrayList<>();
        for (int repeat = 0; repeat < repeats; repeat++) {
            heldOut.add(ScoredImages.together(members.subList(repeat * folds, (repeat + 1) * folds).stream()
                    .map(member -> predictions(member.run(), RunArtifactKind.HELD_OUT_PREDICTIONS))
                    .toList()));
        }
        return launch(name, members, EnsembleMean.of(heldOut));
    }

    private Run ofRuns(String name, List<UUID> runIds, Caller caller) {
        List<Mistake> mistakes = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < runIds.size(); i++) {
            String pointer = Mistake.pointer(RUN_IDS, i);
            Optional<Run> run = visibility.findRun(caller, runIds.get(i));
            String unfit = run.map(this::unfit).orElse("there is no such run in the projects of this API key");
            if (unfit.isEmpty()) {
                Experiment experiment =
                        experiments.findById(run.orElseThrow().experimentId()).orElseThrow();
                Member member = new Member(run.orElseThrow(), experiment, plan(experiment), weights(run.orElseThrow()));
                unfit = members.isEmpty() ? "" : unlike(members.get(0), member);
                members.add(member);
            }
            if (!unfit.isEmpty()) {
                mistakes.add(new Mistake(pointer, unfit));
            }
        }
        addTwins(members, runIds, mistakes);
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        requireWhole(members.get(0).experiment());
        requireBundled(members, RUN_IDS);
        return launch(
                name,
                members,
                EnsembleMean.of(members.stream()
                        .map(member -> predictions(member.run(), RunArtifactKind.VALIDATION_PREDICTIONS))
                        .toList()));
    }

    /**
     * A run that may be a member.
     *
     * @param weights absent where it has none
     */
    private record Member(Run run, Experiment experiment, ExperimentPlan plan, @Nullable RunArtifact weights) {
        RunArtifact present() {
            if (weights == null) {
                throw new IllegalStateException(run + " has succeeded without weights");
            }
            return weights;
        }
    }

    /** Why a run can be no member of any ensemble; empty where it can. */
    private String unfit(Run run) {
        if (run.isEnsemble()) {
            return "is an ensemble itself; name its members";
        }
        if (run.isInner()) {
            return "is of an inner fold of a search, whose weights are not kept";
        }
        if (run.candidate() != null) {
            return "belongs to a nested cross-validation, whose outer folds may have different plans; train the chosen plan"
                    + " by an experiment of its own";
        }
        if (run.status() != RunStatus.SUCCEEDED) {
            return "is " + WireNames.of(run.status()) + "; a member has succeeded";
        }
        if (run.fold() != Fold.DEVELOPMENT) {
            return "was trained on fold " + run.fold()
                    + " of a cross-validation; an ensemble of folds has all of them, as members of kind folds";
        }
        return "";
    }

    /** Why two runs cannot be members of one ensemble; empty where they can. */
    private static String unlike(Member first, Member other) {
        List<String> differences = new ArrayList<>();
        if (!other.experiment().splitId().equals(first.experiment().splitId())) {
            differences.add("another split");
        }
        if (!other.plan().image().equals(first.plan().image())) {
            differences.add("another plan.image");
        }
        if (other.plan().backbone() != first.plan().backbone()) {
            differences.add("another plan.backbone");
        }
        if (!other.plan().head().equals(first.plan().head())) {
            differences.add("another plan.head");
        }
        if (!other.plan().freeze().equals(first.plan().freeze())) {
            differences.add("another plan.freeze");
        }
        return differences.isEmpty()
                ? ""
                : "has " + String.join(" and ", differences) + " than "
                        + first.run().id()
                        + "; members see the same images, are of one network and learn from the same patients";
    }

    /** Runs that are named twice, or came to the same weights: a mean of equal answers is that answer. */
    private static void addTwins(List<Member> members, List<UUID> runIds, List<Mistake> mistakes) {
        Map<ArtifactKey, UUID> seen = new HashMap<>();
        for (Member member : members) {
            UUID run = member.run().id();
            UUID twin = seen.putIfAbsent(member.present().key(), run);
            if (twin != null) {
                mistakes.add(new Mistake(
                        Mistake.pointer(RUN_IDS, runIds.lastIndexOf(run)),
                        twin.equals(run)
                                ? "is named twice"
                                : "has the same weights as " + twin + "; members differ in their seed or sampling"));
            }
        }
    }

    private PatientSplit requireWhole(Experiment experiment) {
        PatientSplit split = splits.find(experiment.splitId()).orElseThrow();
        datasets.findById(split.datasetId()).ifPresent(Dataset::requireWhole);
        return split;
    }

    private static void requireBundled(List<Member> members, String pointer) {
        long bytes = members.stream()
                .mapToLong(member -> member.present().sizeBytes())
                .sum();
        if (bytes > MOST_WEIGHTS) {
            throw RefusedException.invalid(
                    pointer,
                    "must have weights of " + MOST_WEIGHTS
                            + " bytes together at most, which one bundle and a sixth of this API's heap hold, had "
                            + bytes + "; take fewer members or a smaller network");
        }
    }

    private static ExperimentPlan plan(Experiment experiment) {
        return PlanJson.read(experiment.plan());
    }

    private @Nullable RunArtifact weights(Run run) {
        return progress.artifact(run.id(), RunArtifactKind.WEIGHTS).orElse(null);
    }

    private ScoredImages predictions(Run run, RunArtifactKind kind) {
        ArtifactKey key = progress.artifact(run.id(), kind)
                .map(RunArtifact::key)
                .orElseThrow(() -> new IllegalStateException(run + " has succeeded without " + kind));
        try {
            return PredictionsJson.readImages(artifacts.read(key));
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Run launch(String name, List<Member> members, ScoredImages validation) {
        images.requireOurs(members.stream().map(Member::run).toList());
        Experiment like = members.get(0).experiment();
        Experiment experiment = new Experiment(
                ids.next(),
                like.splitId(),
                name,
                Procedure.ENSEMBLE,
                like.plan(),
                like.planDigest(),
                like.weightSetId(),
                findings(members),
                mapper.writeValueAsString(united(members.stream()
                        .map(member -> member.experiment().overrides())
                        .toList())),
                clock.now());
        ArtifactKey key = artifacts.put(PredictionsJson.write(validation));
        return ensembles.launch(
                experiment,
                members.stream()
                        .map(member -> new EnsembleMember(
                                member.run().id(), member.present().key().digest()))
                        .toList(),
                key,
                artifacts.size(key));
    }

    /** What was found before the members were trained, and overridden, stays with what is made of them. */
    private @Nullable String findings(List<Member> members) {
        List<String> found = new ArrayList<>();
        for (Member member : members) {
            String findings = member.experiment().findings();
            if (findings != null) {
                found.add(findings);
            }
        }
        return found.isEmpty() ? null : mapper.writeValueAsString(united(found));
    }

    private Set<JsonNode> united(List<String> arrays) {
        Set<JsonNode> united = new LinkedHashSet<>();
        arrays.forEach(array -> mapper.readTree(array).forEach(united::add));
        return united;
    }
}
