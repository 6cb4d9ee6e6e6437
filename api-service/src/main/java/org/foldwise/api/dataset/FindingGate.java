package org.foldwise.api.dataset;

import java.util.List;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.FindingWaivers;
import org.springframework.stereotype.Component;

/** Keeps datasets from being divided while something is wrong with them that nobody has answered for. */
@Component
public class FindingGate {
    private final FindingWaivers waivers;

    FindingGate(FindingWaivers waivers) {
        this.waivers = waivers;
    }

    /**
     * Returns if no blocking finding of the dataset is left.
     *
     * @throws RefusedException otherwise, with the code of each
     */
    public void requireWaived(Dataset dataset) {
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
}
