package org.foldwise.learning.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.PlanDemands;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.pretrained.NamedWeights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.learning.split.Fold;
import org.jspecify.annotations.Nullable;

/**
 * One fold to be trained. It opens the images of training and validation patients and no others: whoever holds a task cannot
 * reach a held-out or test image.
 */
public final class TrainingTask {
    private final ExperimentPlan plan;
    private final Task question;
    private final List<String> classes;
    private final Digest dataset;
    private final int foldIndex;
    private final Digest fold;
    private final TrainingImages training;
    private final ValidationImages validation;
    private final Preprocessing preprocessing;
    private final Loss loss;
    private final @Nullable NamedWeights pretrained;
    private final @Nullable BackboneFeatures features;
    private final @Nullable Checkpoint checkpoint;

    private TrainingTask(
            ExperimentPlan plan,
            Task question,
            List<String> classes,
            Digest dataset,
            int foldIndex,
            Digest fold,
            TrainingImages training,
            ValidationImages validation,
            Preprocessing preprocessing,
            Loss loss,
            @Nullable NamedWeights pretrained,
            @Nullable BackboneFeatures features,
            @Nullable Checkpoint checkpoint) {
        this.plan = plan;
        this.question = question;
        this.classes = classes;
        this.dataset = dataset;
        this.foldIndex = foldIndex;
        this.fold = fold;
        this.training = training;
        this.validation = validation;
        this.preprocessing = preprocessing;
        this.loss = loss;
        this.pretrained = pretrained;
        this.features = features;
        this.checkpoint = checkpoint;
    }

    /** A training from its first epoch by a plan that begins with weights that are drawn. */
    public static TrainingTask of(ExperimentPlan plan, Cohort cohort, Fold fold, PreprocessedImages images) {
        return of(plan, cohort, fold, images, null);
    }

    /**
     * A training from its first epoch.
     *
     * @param cohort what {@code fold} divides
     * @param images pixels preprocessed by {@code plan.image().pixels()}; where the plan fits its normalisation, those of the training
     *     images are read at once
     * @param pretrained the weights that the plan names; absent where it names none
     * @throws IllegalArgumentException if the weights are not those of the plan, or not of its backbone; if the fold's images do
     *     not allow the plan: fewer than 2 for training, none for validation, or what {@link PlanDemands} finds missing
     */
    public static TrainingTask of(
            ExperimentPlan plan,
            Cohort cohort,
            Fold fold,
            PreprocessedImages images,
            @Nullable NamedWeights pretrained) {
        requireWeightsOf(plan, cohort, pretrained);
        for (ImageRecord image : cohort.images()) {
            if (!fold.roles().containsKey(image.patient())) {
                throw new IllegalArgumentException(
                        "fold " + fold.index() + " knows no role for the patient of image '" + image.name() + "'");
            }
        }
        TrainingImages training = new TrainingImages(plan, cohort, fold, images);
        ValidationImages validation = new ValidationImages(cohort, fold, images);
        List<PlanDemands.Unmet> unmet = PlanDemands.unmet(plan, training.counts(), validation.counts());
        if (!unmet.isEmpty()) {
            throw new IllegalArgumentException(unmet.stream()
                    .map(demand -> demand.pointer() + " " + demand.detail())
                    .collect(Collectors.joining("; ")));
        }
        return new TrainingTask(
                plan,
                cohort.task(),
                cohort.classes(),
                cohort.digest(),
                fold.index(),
                Digest.ofLines(fold.roles().entrySet().stream()
                        .map(role -> role.getValue() + "\t" + role.getKey())
                        .toList()),
                training,
                validation,
                preprocessing(plan.image(), training),
                loss(plan.loss(), training),
                pretrained,
                null,
                null);
    }

    private static void requireWeightsOf(ExperimentPlan plan, Cohort cohort, @Nullable NamedWeights pretrained) {
        String given = pretrained == null
                ? PretrainedSpec.NONE.weights()
                : pretrained.file().name();
        if (!given.equals(plan.pretrained().weights())) {
            throw new IllegalArgumentException("the plan begins with the weights '"
                    + plan.pretrained().weights() + "', was given '" + given + "'");
        }
        if (pretrained != null) {
            pretrained
                    .weights()
                    .requireFit(
                            NetworkSpec.of(plan, cohort.task(), cohort.classes().size()));
        }
    }

    /**
     * The same training on what its backbone makes of the images. It comes to the weights of the one on images.
     *
     * @param computed of the training and validation images at least
     * @throws IllegalArgumentException if the plan's trainings see more than that, have another backbone, or another precision
     */
    public TrainingTask on(BackboneFeatures computed) {
        if (!FrozenBackbone.suffices(plan)) {
            throw new IllegalArgumentException("a training that changes its backbone or its images needs the images");
        }
        if (!computed.backbone().isOf(this)) {
            throw new IllegalArgumentException("the features are of another backbone");
        }
        Precision taken = computed.precision().taken();
        if (plan.precision() == Precision.FLOAT32 && taken != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "the features were computed in " + taken.label() + ", the plan says float32");
        }
        if (!computed.preprocessing().equals(preprocessing.fingerprint())) {
            throw new IllegalArgumentException("the features are of images that were preprocessed otherwise");
        }
        return new TrainingTask(
                plan,
                question,
                classes,
                dataset,
                foldIndex,
                fold,
                training.with(computed),
                validation.with(computed),
                preprocessing,
                loss,
                pretrained,
                computed,
                checkpoint);
    }

    /** A normalisation is fitted to {@link TrainingImages}, so no other image can have a say in it. */
    private static Preprocessing preprocessing(ImageSpec image, TrainingImages training) {
        return switch (image.normalisation()) {
            case IMAGENET -> image.preprocessing();
            case FITTED -> image.preprocessing(training.normalisation(image.channels()));
        };
    }

    private static Loss loss(LossSpec spec, TrainingImages training) {
        if (spec instanceof LossSpec.BinaryCrossEntropy crossEntropy) {
            return new BinaryCrossEntropy(
                    crossEntropy.positiveWeight().in(training.counts().outputs()));
        }
        if (spec instanceof LossSpec.CrossEntropy crossEntropy) {
            return new CrossEntropy(
                    crossEntropy.classWeights().in(training.counts().shown()), crossEntropy.labelSmoothing());
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
        Map<String, List<Long>> trained = trainedIn(checkpoint.history().size() - 1);
        if (checkpoint.lossScale() != null) {
            // of what only updates had that were left out, the optimizer knows nothing yet
            trained.keySet().retainAll(checkpoint.optimizer().parameters());
        }
        Optimizer.requireMatch(plan.optimizer(), trained, checkpoint.optimizer());
        return new TrainingTask(
                plan,
                question,
                classes,
                dataset,
                foldIndex,
                fold,
                training,
                validation,
                preprocessing,
                loss,
                pretrained,
                features,
                checkpoint);
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
                .collect(Collectors.toMap(
                        ParameterSpec::name, ParameterSpec::shape, (one, other) -> one, LinkedHashMap::new));
    }

    /** What of the backbone that epoch leaves as it is. */
    Freezing freezing(int epochIndex) {
        return new Freezing(plan.freeze().stagesIn(epochIndex), plan.freeze().statisticsMove());
    }

    /** The weights before the first step, the only place where they come from. */
    Weights initialWeights() {
        return pretrained == null
                ? InitialWeights.draw(network(), plan.seed())
                : pretrained.weights().into(network(), plan.seed());
    }

    /** The head's part of {@link #initialWeights}; it is drawn whatever the backbone begins with. */
    Weights initialHead() {
        return InitialWeights.drawHead(network(), plan.seed());
    }

    /** The file of weights that the training begins with; absent where they are drawn. */
    @Nullable
    WeightsFile pretrained() {
        return pretrained == null ? null : pretrained.file();
    }

    /** Names plan, initial weights, cohort and fold together: what a checkpoint must agree with. */
    Digest digest() {
        return Digest.ofLines(List.of(
                "foldwise training 1",
                PlanJson.digest(plan).hex(),
                pretrained == null ? "" : pretrained.file().digest().hex(),
                dataset.hex(),
                Integer.toString(foldIndex),
                fold.hex()));
    }

    ExperimentPlan plan() {
        return plan;
    }

    /** From a decoded image to the network's input, its normalisation fitted where the plan says so. */
    public Preprocessing preprocessing() {
        return preprocessing;
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

    /**
     * The training images as the network sees them in that epoch, augmentation included. They are to be asked for in the order of the
     * epoch, by one thread: an image that is shown several times is changed anew each time.
     */
    public Function<ImageRecord, PixelImage> trainingImages(int epochIndex) {
        return training.inEpoch(epochIndex);
    }

    TrainingImages training() {
        return training;
    }

    ValidationImages validation() {
        return validation;
    }

    /** What is minimised. */
    Loss loss() {
        return loss;
    }

    /** What positive terms of the loss are multiplied by; 1 where the loss has no such weight, or one for each label. */
    double positiveWeight() {
        return loss instanceof BinaryCrossEntropy crossEntropy
                        && crossEntropy.positiveWeights().size() == 1
                ? crossEntropy.positiveWeights().get(0)
                : 1;
    }

    /** Names of the classes. */
    List<String> classes() {
        return classes;
    }

    /**
     * What each output is asked to answer for an image.
     *
     * @param shown of each output whether the image is what it tells
     */
    double[] targets(boolean[] shown) {
        double[] targets = new double[shown.length];
        for (int output = 0; output < shown.length; output++) {
            targets[output] = plan.loss().target(shown[output]);
        }
        return targets;
    }

    /** Names all that the backbone's part of {@link #initialWeights} follows from. */
    String backboneOrigin() {
        String begin = pretrained == null
                ? "seed " + plan.seed()
                : "file " + pretrained.file().digest();
        return network().backbone() + " " + network().inputChannels() + " " + begin;
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
        return NetworkSpec.of(plan, question, classes.size());
    }
}
