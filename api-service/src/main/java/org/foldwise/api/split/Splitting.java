package org.foldwise.api.split;

import java.util.List;
import org.foldwise.api.dataset.WaiverView;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Splits the patients of a frozen dataset and proves that nobody is on two sides before anything is stored. */
@Component
class Splitting {
    private final DatasetImages images;
    private final PatientSplits splits;
    private final FindingWaivers waivers;
    private final JsonMapper mapper;

    Splitting(DatasetImages images, PatientSplits splits, FindingWaivers waivers, JsonMapper mapper) {
        this.images = images;
        this.splits = splits;
        this.waivers = waivers;
        this.mapper = mapper;
    }

    /**
     * Splits and stores.
     *
     * @throws RefusedException if the dataset is not frozen, has too few patients, or has a split of that name
     */
    @Transactional
    public PatientSplit split(Dataset dataset, SplitRequest request) {
        if (dataset.state() != DatasetState.FROZEN) {
            throw new RefusedException(ProblemType.CONFLICT, "Only a frozen dataset can be split.");
        }
        if (splits.isTaken(dataset.id(), request.name())) {
            throw new RefusedException(ProblemType.ALREADY_EXISTS, "The dataset has a split of that name already.");
        }
        requireWaived(dataset);
        Cohort cohort = images.cohort(dataset);
        Split split = compute(cohort, request);
        LeakageAudit audit = LeakageAudit.of(split, cohort);
        if (!audit.passed()) {
            throw new IllegalStateException("a computed split failed its audit: " + audit.findings());
        }
        return splits.store(dataset.id(), request.name(), split, mapper.writeValueAsString(audit));
    }

    private void requireWaived(Dataset dataset) {
        List<String> notWaived = waivers.notWaived(dataset.id());
        if (!notWaived.isEmpty()) {
            throw new RefusedException(
                    ProblemType.FINDINGS_NOT_WAIVED,
                    "Read the dataset's findings, then correct them in a new dataset or waive them with a reason.",
                    notWaived.stream()
                            .map(code -> new Mistake("/", "the finding '" + code + "' is blocking and was not waived"))
                            .toList());
        }
    }

    /** The waivers of the dataset that a split is of. */
    List<WaiverView> waivers(PatientSplit split) {
        return waivers.ofDataset(split.datasetId()).stream().map(WaiverView::of).toList();
    }

    /** The audit that was stored with a split. */
    LeakageAudit audit(PatientSplit split) {
        return mapper.readValue(split.audit(), LeakageAudit.class);
    }

    private static Split compute(Cohort cohort, SplitRequest request) {
        try {
            return PatientSplitter.split(cohort, request.spec().resolvable(), request.seed());
        } catch (InfeasibleSplitException e) {
            List<Mistake> reasons = e.reasons().stream()
                    .map(reason -> new Mistake("/spec", reason))
                    .toList();
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED, "The dataset has too few patients for this split.", reasons);
        }
    }
}
