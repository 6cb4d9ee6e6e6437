package org.foldwise.api.evaluation;

import java.util.UUID;
import org.foldwise.api.experiment.TestPeeks;
import org.foldwise.registry.evaluation.TestOpenings;
import org.springframework.stereotype.Component;

/** Counts the openings of test subsets. */
@Component
class CountedTestPeeks implements TestPeeks {
    private final TestOpenings openings;

    CountedTestPeeks(TestOpenings openings) {
        this.openings = openings;
    }

    @Override
    public int openings(UUID split) {
        return openings.touching(split).size();
    }
}
