package org.foldwise.standalone.architecture.planted.client;

import org.foldwise.standalone.architecture.planted.registry.run.KnowsTraining;

/** Breaks R14. */
interface KnowsTheRegistry {
    KnowsTraining run();
}
