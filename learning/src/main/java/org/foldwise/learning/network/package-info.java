/**
 * From a plan to a network: backbones with torchvision's topology and parameter names, the classifier's head, and their weights
 * as values and as safetensors files. Main types: {@link org.foldwise.learning.network.NetworkSpec},
 * {@link org.foldwise.learning.network.Weights}, {@link org.foldwise.learning.network.Network}, which trains, and
 * {@link org.foldwise.learning.network.InferenceNetwork}, which answers; both own native memory and must be closed. Knows how to
 * compute, not how to learn.
 */
@NullMarked
package org.foldwise.learning.network;

import org.jspecify.annotations.NullMarked;
