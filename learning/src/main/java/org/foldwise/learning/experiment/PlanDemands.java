package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foldwise.learning.dataset.Task;
import org.jspecify.annotations.Nullable;

/** What a plan asks of the images that it is to be carried out on. */
public final class PlanDemands {
    /** What a buffer holds. */
    private static final long MAXIMUM_BATCH_BYTES = Integer.MAX_VALUE - 8;

    private PlanDemands() {}

    /**
     * Something that the images do not meet.
     *
     * @param pointer where the plan asks for it, a JSON pointer within the plan
     * @param detail what is missing
     */
    public record Unmet(String pointer, String detail) {}

    /**
     * What a plan asks for that a task does not allow, whatever the images.
     *
     * @param classes how many the task has
     */
    public static List<Unmet> unfit(ExperimentPlan plan, Task task, int classes) {
        List<Unmet> unfit = new ArrayList<>();
        if (!plan.loss().fits(task)) {
            unfit.add(new Unmet(
                    "/loss/kind",
                    "is not made for " + task.words() + "; name "
                            + (task == Task.MULTICLASS ? "crossEntropy" : "binaryCrossEntropy or focal")
                            + ", or no loss at all"));
        }
        addWeights(plan, task, classes, unfit);
        long image =
                (long) plan.image().size() * plan.image().size() * plan.image().channels() * Float.BYTES;
        if (plan.batchSize() * image > MAXIMUM_BATCH_BYTES) {
            unfit.add(new Unmet(
                    "/batchSize",
                    "must be at most " + MAXIMUM_BATCH_BYTES / image + " for images of "
                            + plan.image().size()
                            + " pixels and " + plan.image().channels()
                            + " channels; gradients of several batches are added up by update.batchesPerUpdate"));
        }
        if (!task.isExclusive()) {
            if (!(plan.sampling() instanceof SamplingSpec.Natural)) {
                unfit.add(new Unmet(
                        "/sampling/kind",
                        "must be natural in " + task.words()
                                + ": an image shows frequent and rare labels together, so no"
                                + " choice of images evens them out; weigh them by loss.positiveWeight"));
            }
            for (int i = 0; i < plan.augmentation().size(); i++) {
                if (plan.augmentation().get(i).classes() == AugmentedClasses.MINORITY) {
                    unfit.add(new Unmet(
                            "/augmentation/" + i + "/classes",
                            "must be all in " + task.words()
                                    + ", where an image can show frequent and rare labels together"));
                }
            }
        }
        return unfit;
    }

    /**
     * What a plan's window asks for that images do not have: values in their modality's unit. One image without them is one too many,
     * since a network that sees shades of two kinds learns the kind.
     *
     * @param images of the dataset
     * @param withoutValues of these, how many hold nothing but shades or colours
     */
    public static Optional<Unmet> unfitWindow(ExperimentPlan plan, int images, int withoutValues) {
        return plan.image().window().step() == null || withoutValues == 0
                ? Optional.empty()
                : Optional.of(new Unmet(
                        "/image/window",
                        "must be of kind file for these images: only grey DICOM and NIfTI images hold values that a window could"
                                + " show, and " + withoutValues + " of " + images + " are no such images"));
    }

    private static void addWeights(ExperimentPlan plan, Task task, int classes, List<Unmet> unfit) {
        if (plan.loss() instanceof LossSpec.CrossEntropy loss
                && loss.classWeights() instanceof ClassWeights.Fixed fixed
                && fixed.values().size() != classes) {
            unfit.add(new Unmet(
                    "/loss/classWeights/values",
                    "must be one for each of " + classes + " classes, were "
                            + fixed.values().size()));
        }
        if (plan.loss() instanceof LossSpec.BinaryCrossEntropy loss
                && loss.positiveWeight() instanceof PositiveWeight.FixedPerLabel fixed
                && loss.fits(task)
                && fixed.values().size() != task.outputs(classes)) {
            unfit.add(new Unmet(
                    "/loss/positiveWeight/values",
                    "must be one for each of " + task.outputs(classes) + " outputs, were "
                            + fixed.values().size()));
        }
    }

    /**
     * What a fold's images of a binary task do not meet.
     *
     * @param train the images of training patients
     * @param validation the images of validation patients
     */
    public static List<Unmet> unmet(ExperimentPlan plan, ClassBalance train, ClassBalance validation) {
        return unmet(plan, LabelCounts.of(train), LabelCounts.of(validation));
    }

    /**
     * What a fold's images do not meet, or the plan's task.
     *
     * @param train the images of training patients
     * @param validation the images of validation patients
     */
    public static List<Unmet> unmet(ExperimentPlan plan, LabelCounts train, LabelCounts validation) {
        List<Unmet> unmet =
                new ArrayList<>(unfit(plan, train.task(), train.classes().size()));
        if (validation.outputs().stream().noneMatch(ClassBalance::hasBoth)) {
            String detail = validation.task() == Task.BINARY
                    ? "needs validation images of both classes, there are " + validation.balance(1)
                    : "needs a class that some validation images show and others do not, there is none";
            if (plan.stopping().metric().needsBothClasses()) {
                unmet.add(new Unmet("/stopping/metric", detail));
            }
            if (plan.schedule() instanceof ScheduleSpec.Plateau plateau
                    && plateau.metric().needsBothClasses()) {
                unmet.add(new Unmet("/schedule/metric", detail));
            }
        }
        String detail = lacking(train);
        if (detail != null) {
            if (plan.loss() instanceof LossSpec.BinaryCrossEntropy loss
                    && loss.positiveWeight().needsBothClasses()) {
                unmet.add(new Unmet("/loss/positiveWeight", detail));
            }
            if (plan.loss() instanceof LossSpec.CrossEntropy loss
                    && loss.classWeights().needsAllClasses()) {
                unmet.add(new Unmet("/loss/classWeights", detail));
            }
            if (!(plan.sampling() instanceof SamplingSpec.Natural)) {
                unmet.add(new Unmet("/sampling", detail));
            }
        }
        return unmet;
    }

    /** What of the training images is missing, if anything. */
    private static @Nullable String lacking(LabelCounts train) {
        if (train.task() == Task.BINARY) {
            ClassBalance balance = train.balance(1);
            return balance.hasBoth() ? null : "needs training images of both classes, there are " + balance;
        }
        if (train.task() == Task.MULTILABEL) {
            return train.outputs().stream().anyMatch(ClassBalance::hasBoth)
                    ? null
                    : "needs a label that some training images show and others do not, there is none";
        }
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < train.classes().size(); i++) {
            ClassBalance balance = train.balance(i);
            if (!balance.hasBoth()) {
                missing.add("'" + train.classes().get(i) + "'");
            }
        }
        return missing.isEmpty()
                ? null
                : "needs, of each class, training images that show it and others that do not; some are missing of "
                        + String.join(", ", missing);
    }
}
