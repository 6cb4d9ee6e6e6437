package org.foldwise.api.experiment;

import java.util.UUID;

/** What is known of a split's locked patients, who are opened at a later stage. */
public interface TestPeeks {
    /** How often the split's test subset has been opened. */
    int openings(UUID split);
}
