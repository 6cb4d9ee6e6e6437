package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;

/** What a plan asks of the images that it is to be carried out on. */
public final class PlanDemands {
    private PlanDemands() {}

    /**
     * Something that the images do not meet.
     *
     * @param pointer where the plan asks for it, a JSON pointer within the plan
     * @param detail what is missing
     */
    public record Unmet(String pointer, String detail) {}

    /**
     * What a fold's images do not meet.
     *
     * @param train the images of training patients
     * @param validation the images of validation patients
     */
    public static List<Unmet> unmet(ExperimentPlan plan, ClassBalance train, ClassBalance validation) {
        List<Unmet> unmet = new ArrayList<>();
        if (!validation.hasBoth()) {
            String detail = "needs validation images of both classes, there are " + validation;
            if (plan.stopping().metric().needsBothClasses()) {
                unmet.add(new Unmet("/stopping/metric", detail));
            }
            if (plan.schedule() instanceof ScheduleSpec.Plateau plateau
                    && plateau.metric().needsBothClasses()) {
                unmet.add(new Unmet("/schedule/metric", detail));
            }
        }
        if (!train.hasBoth()) {
            String detail = "needs training images of both classes, there are " + train;
            if (plan.loss() instanceof LossSpec.BinaryCrossEntropy loss
                    && loss.positiveWeight().needsBothClasses()) {
                unmet.add(new Unmet("/loss/positiveWeight", detail));
            }
            if (!(plan.sampling() instanceof SamplingSpec.Natural)) {
                unmet.add(new Unmet("/sampling", detail));
            }
        }
        return unmet;
    }
}
