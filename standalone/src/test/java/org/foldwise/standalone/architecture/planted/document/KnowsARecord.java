package org.foldwise.standalone.architecture.planted.document;

import org.foldwise.standalone.architecture.planted.registry.run.KnowsTraining;

/** Breaks R7. */
interface KnowsARecord {
    KnowsTraining run();
}
