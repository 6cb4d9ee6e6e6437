package org.foldwise.learning.audit;

import java.util.List;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.training.PreprocessedImages;

/** A network that was trained before. */
@FunctionalInterface
public interface Answers {
    /**
     * What it answers.
     *
     * @param images in the order of which it answers
     * @param shown what it sees of each
     * @throws java.util.concurrent.CancellationException if the audit is called off
     */
    ScoredImages of(List<ImageRecord> images, PreprocessedImages shown);
}
