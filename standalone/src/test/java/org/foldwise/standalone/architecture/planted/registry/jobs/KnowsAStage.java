package org.foldwise.standalone.architecture.planted.registry.jobs;

import org.foldwise.standalone.architecture.planted.registry.run.KnowsTraining;

/** Breaks R6. */
interface KnowsAStage {
    KnowsTraining run();
}
