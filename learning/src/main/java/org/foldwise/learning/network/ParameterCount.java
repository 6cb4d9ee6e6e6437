package org.foldwise.learning.network;

/**
 * How many numbers a network has; running statistics are not counted, as PyTorch does not count them.
 *
 * @param total all parameters
 * @param trainable those that a training changes
 */
public record ParameterCount(long total, long trainable) {}
