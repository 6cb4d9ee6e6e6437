package org.foldwise.standalone.architecture.planted.registry.upload;

import org.foldwise.standalone.architecture.planted.registry.run.KnowsTraining;

/** Breaks R1 in the registry. */
interface KnowsRuns {
    KnowsTraining run();
}
