package org.foldwise.api.dataset;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.api.problem.Mistake;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanDemands;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.springframework.stereotype.Component;

/** Holds plans against a frozen dataset as a whole, before anybody looks at its folds. */
@Component
public class PlanFit {
    private static final Set<String> WITH_VALUES = Arrays.stream(ImageFormat.values())
            .filter(ImageFormat::hasModalityValues)
            .map(ImageFormat::mediaType)
            .collect(Collectors.toUnmodifiableSet());

    private final DatasetImages images;

    PlanFit(DatasetImages images) {
        this.images = images;
    }

    /**
     * What the plan asks for that the dataset's task or its images do not allow.
     *
     * @param plan where the plan stands in the request, a JSON pointer that begins those of the mistakes
     */
    public List<Mistake> mistakes(ExperimentPlan asked, Dataset dataset, String plan) {
        int classes = requireNonNull(dataset.classes(), "a frozen dataset has classes")
                .size();
        List<PlanDemands.Unmet> unfit =
                new ArrayList<>(PlanDemands.unfit(asked, dataset.description().task(), classes));
        unfitWindow(asked, dataset).ifPresent(unfit::add);
        return unfit.stream()
                .map(one -> new Mistake(plan + one.pointer(), one.detail()))
                .toList();
    }

    /** What is in the way of the plan's window, if it has one: images without values that it could be of. */
    public Optional<PlanDemands.Unmet> unfitWindow(ExperimentPlan plan, Dataset dataset) {
        return plan.image().window().step() == null
                ? Optional.empty()
                : PlanDemands.unfitWindow(plan, dataset.imageCount(), withoutValues(dataset));
    }

    /** How many of the dataset's images hold no values in their modality's unit. */
    int withoutValues(Dataset dataset) {
        return images.countOthers(dataset.id(), WITH_VALUES, 1);
    }
}
