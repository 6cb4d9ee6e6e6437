package org.foldwise.learning.training;

/**
 * How far a training is.
 *
 * @param epochIndex the present epoch, 0, 1, ...
 * @param epochs at most so many
 * @param batch batches of this epoch that are done, 1, 2, ...
 * @param batches of an epoch
 */
public record BatchProgress(int epochIndex, int epochs, int batch, int batches) {}
