package org.foldwise.learning.training;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.jspecify.annotations.Nullable;

/**
 * One fold to be trained. It opens the images of training and validation patients and no others: whoever holds a task cannot
 * reach a held-out or test image.
 */
public final class TrainingTask {
    private final ExperimentPlan plan;
    private final Task question;
    private final Digest dataset;
    private final int foldIndex;
    private final Digest fold;
    private final TrainingImages training;
    private final ValidationImages validation;
    private final BinaryLoss loss;
    private final @Nullable BackboneFeatures features;
    private final @Nullable Checkpoint checkpoint;

    private TrainingTask(
            ExperimentPlan plan,
            Task question,
            Digest dataset,
            int foldIndex,
            Digest fold,
            TrainingImages training,
            ValidationImages validation,
            BinaryLoss loss,
            @Nullable BackboneFeatures features,
            @Nullable Checkpoint checkpoint) {
        this.plan = plan;
        this.question = question;
        this.dataset = dataset;
        this.foldIndex = foldIndex;
        this.fold = fold;
        this.training = training;
        this.validation = validation;
        this.loss = loss;
        this.features = features;
        this.checkpoint = checkpoint;
    }

    /**
     * A training from its first epoch.
     *
     * @param cohort what {@code fold} divides
     * @param images pixels preprocessed by {@code plan.image().preprocessing()}
     * @throws IllegalArgumentException if the fold's images do not allow the plan: fewer than 2 for training, none for
     *     validation, a balanced loss without both classes in training, stopping or a plateau by ROC AUC without both in
     *     validation
     */
    public static TrainingTask of(ExperimentPlan plan, Cohort cohort, Fold fold, PreprocessedImages images) {
        for (ImageRecord image : cohort.images()) {
            if (!fold.roles().containsKey(image.patient())) {
                throw new IllegalArgumentException(
                        "fold " + fold.index() + " knows no role for the patient of image '" + image.name() + "'");
            }
        }
        TrainingImages training = new TrainingImages(plan, cohort, fold, images);
        ValidationImages validation = new ValidationImages(cohort, fold, images);
        if (looksAtRocAuc(plan) && !validation.hasBothClasses()) {
            throw new IllegalArgumentException(
                    "stopping or a plateau by ROC AUC needs validation images of both classes");
        }
        return new TrainingTask(
                plan,
                cohort.task(),
                cohort.digest(),
                fold.index(),
                Digest.ofLines(fold.roles().entrySet().stream()
                        .map(role -> role.getValue() + "\t" + role.getKey())
                        .toList()),
                training,
                validation,
                loss(plan.loss(), training),
                null,
                null);
    }

    /**
     * The same training on what its backbone makes of the images. It comes to the weights of the one on images.
     *
     * @param computed of the training and validation images at least
     * @throws IllegalArgumentException if the plan's trainings see more than that, or have another backbone
     */
    public TrainingTask on(BackboneFeatures computed) {
        if (!FrozenBackbone.suffices(plan)) {
            throw new IllegalArgumentException("a training that changes its backbone or its images needs the images");
        }
        if (!computed.backbone().isOf(this)) {
            throw new IllegalArgumentException("the features are of another backbone");
        }
        return new TrainingTask(
                plan,
                question,
                dataset,
                foldIndex,
                fold,
                training.with(computed),
                validation.with(computed),
                loss,
                computed,
                checkpoint);
    }

    private static boolean looksAtRocAuc(ExperimentPlan plan) {
        StoppingRule.Metric rocAuc = StoppingRule.Metric.VALIDATION_ROC_AUC;
        return plan.stopping().metric() == rocAuc
                || (plan.schedule() instanceof ScheduleSpec.Plateau plateau && plateau.metric() == rocAuc);
    }

    private static BinaryLoss loss(LossSpec spec, TrainingImages training) {
        if (spec instanceof LossSpec.BinaryCrossEntropy crossEntropy) {
            return new BinaryCrossEntropy(
                    switch (crossEntropy.positiveWeight()) {
                        case NONE -> 1;
                        case BALANCED -> training.balancedPositiveWeight();
                    });
        }
        if (spec instanceof LossSpec.Focal focal) {
            return new FocalLoss(focal.alpha(), focal.gamma());
        }
        throw new IllegalArgumentException("no way is known to compute " + spec);
    }

    /**
     * The same training, going on from where {@code checkpoint} was taken.
     *
     * @throws IllegalArgumentException if the checkpoint is of another plan, cohort or fold, or does not fit the network
     */
    public TrainingTask resumedFrom(Checkpoint checkpoint) {
        if (!checkpoint.task().equals(digest())) {
            throw new IllegalArgumentException("the checkpoint belongs to another plan, dataset or fold");
        }
        requireMatch(checkpoint.weights());
        requireMatch(checkpoint.best());
        Weights average = checkpoint.average();
        if ((average != null) != (plan.update().averagingDecay() > 0)) {
            throw new IllegalArgumentException("averaged weights belong into a checkpoint where the plan averages");
        }
        if (average != null) {
            requireMatch(average);
        }
        Optimizer.requireMatch(plan.optimizer(), trainedIn(checkpoint.history().size() - 1), checkpoint.optimizer());
        return new TrainingTask(
                plan, question, dataset, foldIndex, fold, training, validation, loss, features, checkpoint);
    }

    private void requireMatch(Weights learned) {
        if (plan.freeze().keepsBackbone()) {
            Network.requireHeadMatch(network(), learned);
        } else {
            Network.requireMatch(network(), learned);
        }
    }

    private Map<String, List<Long>> trainedIn(int epochIndex) {
        return network().withFreezing(freezing(epochIndex)).trainableParameters().stream()
                .collect(Collectors.toMap(ParameterSpec::name, ParameterSpec::shape));
    }

    /** What of the backbone that epoch leaves as it is. */
    Freezing freezing(int epochIndex) {
        return new Freezing(plan.freeze().stagesIn(epochIndex), plan.freeze().statisticsMove());
    }

    /** Names plan, cohort and fold together: what a checkpoint must agree with. */
    Digest digest() {
        return Digest.ofLines(List.of(
                "foldwise training 1",
                PlanJson.digest(plan).hex(),
                dataset.hex(),
                Integer.toString(foldIndex),
                fold.hex()));
    }

    ExperimentPlan plan() {
        return plan;
    }

    Task question() {
        return question;
    }

    Digest dataset() {
        return dataset;
    }

    int foldIndex() {
        return foldIndex;
    }

    TrainingImages training() {
        return training;
    }

    ValidationImages validation() {
        return validation;
    }

    /** What is minimised. */
    BinaryLoss loss() {
        return loss;
    }

    /** What positive terms of the loss are multiplied by; 1 where the loss has no such weight. */
    double positiveWeight() {
        return loss instanceof BinaryCrossEntropy crossEntropy
                ? crossEntropy.positiveWeights().get(0)
                : 1;
    }

    /** The weights before the first step, the only place where they come from. */
    Weights initialWeights() {
        return InitialWeights.draw(network(), plan.seed());
    }

    /** Names all that the backbone's part of {@link #initialWeights} follows from. */
    String backboneOrigin() {
        return network().backbone() + " " + network().inputChannels() + " seed " + plan.seed();
    }

    /** What the training leaves as it is, made at each call where there are no features of it; absent where it changes any of it. */
    @Nullable
    FrozenBackbone backbone() {
        if (features != null) {
            return features.backbone();
        }
        return plan.freeze().keepsBackbone() ? FrozenBackbone.of(this) : null;
    }

    /** What the network gets to see in the images' place, if anything. */
    @Nullable
    BackboneFeatures features() {
        return features;
    }

    @Nullable
    Checkpoint checkpoint() {
        return checkpoint;
    }

    NetworkSpec network() {
        return NetworkSpec.of(plan, question);
    }
}
