package org.foldwise.learning.experiment;

import java.util.List;

/**
 * The whole recipe of a training. Everything that influences the weights is here, or in the split, or in the provenance;
 * what influences only where and how fast is configuration.
 *
 * @param backbone the network below the head
 * @param image what the network sees of an image
 * @param augmentation random changes of training images, applied in this order
 * @param transfer how much of the backbone is trained, when, and how fast
 * @param head the classifier on top
 * @param loss what is minimised
 * @param optimizer how weights follow gradients
 * @param schedule how the learning rate changes
 * @param warmUp how the learning rate begins; a one-cycle schedule has its own beginning and allows none
 * @param update what lies between gradients and weights
 * @param epochs at most this many passes over the training images, 1 to 1000
 * @param batchSize images per step, 2 to 1024; a last batch of one image is left out, batch norm cannot use it
 * @param stopping when the training ends early and which weights it keeps
 * @param seed of initial weights, image order, dropout and augmentation
 */
public record ExperimentPlan(
        BackboneName backbone,
        ImageSpec image,
        List<Augmentation> augmentation,
        TransferSpec transfer,
        HeadSpec head,
        LossSpec loss,
        OptimizerSpec optimizer,
        ScheduleSpec schedule,
        WarmUpSpec warmUp,
        UpdateSpec update,
        int epochs,
        int batchSize,
        StoppingRule stopping,
        long seed) {
    /** What a plan says where its author says nothing. */
    public static final ExperimentPlan DEFAULT = new ExperimentPlan(
            BackboneName.RESNET18,
            new ImageSpec(128, 1, ImageSpec.Aspect.LETTERBOX),
            List.of(),
            TransferSpec.TRAIN_ALL,
            new HeadSpec(256, 0.2),
            new LossSpec.BinaryCrossEntropy(LossSpec.PositiveWeight.BALANCED),
            new OptimizerSpec.Adam(1e-3, 0.9, 0.999, 1e-8, 1e-5),
            ScheduleSpec.Plateau.DEFAULT,
            WarmUpSpec.NONE,
            UpdateSpec.DEFAULT,
            20,
            16,
            new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 5, 0),
            42);

    public ExperimentPlan {
        augmentation = List.copyOf(augmentation);
        if (augmentation.size() > 20) {
            throw new IllegalArgumentException("augmentation must have at most 20 steps, had " + augmentation.size());
        }
        if (epochs < 1 || epochs > 1000) {
            throw new IllegalArgumentException("epochs must be 1 to 1000, was " + epochs);
        }
        if (batchSize < 2 || batchSize > 1024) {
            throw new IllegalArgumentException("batchSize must be 2 to 1024, was " + batchSize);
        }
        if (schedule instanceof ScheduleSpec.OneCycle && warmUp.epochs() > 0) {
            throw new IllegalArgumentException("a oneCycle schedule begins with a warm-up of its own, so warmUp.epochs"
                    + " must be 0, was " + warmUp.epochs());
        }
    }
}
