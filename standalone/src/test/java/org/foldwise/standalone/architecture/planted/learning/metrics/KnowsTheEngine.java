package org.foldwise.standalone.architecture.planted.learning.metrics;

import ai.djl.ndarray.NDArray;

/** Breaks R3. */
interface KnowsTheEngine {
    NDArray scores();
}
