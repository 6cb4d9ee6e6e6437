package org.foldwise.api.experiment;

import java.util.UUID;

/** What is known of a split's locked patients, who are opened at a later stage. */
public interface TestPeeks {
    /** How often patients whom the split locks away have been opened, under whatever split. */
    int openings(UUID split);
}
