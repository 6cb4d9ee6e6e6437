package org.foldwise.learning.experiment;

import java.util.Collections;
import java.util.List;
import org.foldwise.learning.dataset.Task;

/**
 * The whole recipe of a training. Everything that influences the weights is here, or in the split, or in the provenance;
 * what influences only where and how fast is configuration.
 *
 * @param backbone the network below the head
 * @param pretrained what the backbone's weights are before the first step
 * @param image what the network sees of an image
 * @param anatomy what about the position of a body part in its images carries meaning
 * @param augmentation random changes of training images, applied in this order; none that {@code anatomy} rules out
 * @param sampling which training images an epoch shows, and how often
 * @param freeze which stages of the backbone are trained, and from when on
 * @param stageRates what the optimizer's rate is multiplied by, before the schedule, in each of the backbone's five stages, each
 *     above 0 and at most 10; the head has 1 (discriminative fine-tuning: Howard and Ruder, 2018, Universal Language Model Fine-tuning)
 * @param head the classifier on top
 * @param loss what is minimised
 * @param optimizer how weights follow gradients
 * @param schedule how the learning rate changes
 * @param warmUp how the learning rate begins; a one-cycle schedule has its own beginning and allows none
 * @param update how gradients of batches become changes of weights
 * @param clipNorm the length that all gradients together are cut to, 0 or more; 0 means that they are not cut
 * @param epochs at most this many passes over the training images, 1 to 1000
 * @param batchSize images per step, 2 to 1024; a last batch of one image is left out, batch norm cannot use it
 * @param precision what convolutions and linear layers are computed in while training, where the machine is faster for it
 * @param predictionPrecision what the backbone is computed in when the trained model answers, in evaluations as in predictions, if
 *     the machine that trains is faster for it
 * @param stopping when the training ends early and which weights it keeps
 * @param seed of initial weights, sampling, image order, dropout and augmentation
 */
public record ExperimentPlan(
        BackboneName backbone,
        PretrainedSpec pretrained,
        ImageSpec image,
        AnatomySpec anatomy,
        List<Augmentation> augmentation,
        SamplingSpec sampling,
        FreezeSpec freeze,
        List<Double> stageRates,
        HeadSpec head,
        LossSpec loss,
        OptimizerSpec optimizer,
        ScheduleSpec schedule,
        WarmUpSpec warmUp,
        UpdateSpec update,
        double clipNorm,
        int epochs,
        int batchSize,
        Precision precision,
        Precision predictionPrecision,
        StoppingRule stopping,
        long seed) {
    /** What a plan for a binary task says where its author says nothing. */
    public static final ExperimentPlan DEFAULT = new ExperimentPlan(
            BackboneName.RESNET18,
            PretrainedSpec.NONE,
            new ImageSpec(128, 1, ImageSpec.Aspect.LETTERBOX),
            AnatomySpec.DEFAULT,
            List.of(),
            new SamplingSpec.Natural(),
            FreezeSpec.NONE,
            Collections.nCopies(BackboneName.STAGES, 1.0),
            new HeadSpec(256, 0.2),
            LossSpec.BinaryCrossEntropy.DEFAULT,
            new OptimizerSpec.Adam(1e-3, 0.9, 0.999, 1e-8, 1e-5),
            ScheduleSpec.Plateau.DEFAULT,
            WarmUpSpec.NONE,
            UpdateSpec.DEFAULT,
            0,
            20,
            16,
            Precision.FLOAT32,
            Precision.FLOAT32,
            new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 5, 0),
            42);

    /** What a plan for that task says where its author says nothing: {@link #DEFAULT} with a loss that fits. */
    public static ExperimentPlan defaultFor(Task task) {
        return DEFAULT.withLoss(LossSpec.defaultFor(task));
    }

    public ExperimentPlan {
        augmentation = List.copyOf(augmentation);
        stageRates = List.copyOf(stageRates);
        if (augmentation.size() > 20) {
            throw new IllegalArgumentException("augmentation must have at most 20 steps, had " + augmentation.size());
        }
        augmentation.forEach(anatomy::requireAllows);
        if (stageRates.size() != BackboneName.STAGES
                || stageRates.stream().anyMatch(rate -> !(rate > 0 && rate <= 10))) {
            throw new IllegalArgumentException("stageRates must be " + BackboneName.STAGES
                    + " numbers above 0 and at most 10, were " + stageRates);
        }
        if (!(clipNorm >= 0 && Double.isFinite(clipNorm))) {
            throw new IllegalArgumentException("clipNorm must be 0 or more, was " + clipNorm);
        }
        if (epochs < 1 || epochs > 1000) {
            throw new IllegalArgumentException("epochs must be 1 to 1000, was " + epochs);
        }
        if (batchSize < 2 || batchSize > 1024) {
            throw new IllegalArgumentException("batchSize must be 2 to 1024, was " + batchSize);
        }
        if (predictionPrecision == Precision.FLOAT16) {
            throw new IllegalArgumentException("predictionPrecision must be float32 or bfloat16, was float16");
        }
        if (schedule instanceof ScheduleSpec.OneCycle && warmUp.epochs() > 0) {
            throw new IllegalArgumentException("a oneCycle schedule begins with a warm-up of its own, so warmUp.epochs"
                    + " must be 0, was " + warmUp.epochs());
        }
    }

    /** The same plan with another loss. */
    public ExperimentPlan withLoss(LossSpec other) {
        return new ExperimentPlan(
                backbone,
                pretrained,
                image,
                anatomy,
                augmentation,
                sampling,
                freeze,
                stageRates,
                head,
                other,
                optimizer,
                schedule,
                warmUp,
                update,
                clipNorm,
                epochs,
                batchSize,
                precision,
                predictionPrecision,
                stopping,
                seed);
    }

    /** The same plan with another number of epochs. */
    public ExperimentPlan withEpochs(int other) {
        return new ExperimentPlan(
                backbone,
                pretrained,
                image,
                anatomy,
                augmentation,
                sampling,
                freeze,
                stageRates,
                head,
                loss,
                optimizer,
                schedule,
                warmUp,
                update,
                clipNorm,
                other,
                batchSize,
                precision,
                predictionPrecision,
                stopping,
                seed);
    }

    /** What the optimizer's learning rate is multiplied by in that stage; the head's number is {@link BackboneName#STAGES}. */
    public double rateOf(int stage) {
        return stage < BackboneName.STAGES ? stageRates.get(stage) : 1;
    }
}
