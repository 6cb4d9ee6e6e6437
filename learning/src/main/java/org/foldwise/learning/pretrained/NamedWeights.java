package org.foldwise.learning.pretrained;

import org.foldwise.learning.provenance.WeightsFile;

/**
 * Weights that were read, and the file they were read from.
 *
 * @param file by which a training says what it began with
 * @param weights what was in it
 */
public record NamedWeights(WeightsFile file, PretrainedWeights weights) {}
