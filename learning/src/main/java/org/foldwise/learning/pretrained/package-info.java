/**
 * Weights that others have trained: found on disk under their published names, read from PyTorch's checkpoints without running
 * anything in them, and fitted to a network. Main types: {@link org.foldwise.learning.pretrained.WeightSets},
 * {@link org.foldwise.learning.pretrained.TorchCheckpointFile} and
 * {@link org.foldwise.learning.pretrained.PretrainedWeights}. Fetches nothing from a network.
 */
@NullMarked
package org.foldwise.learning.pretrained;

import org.jspecify.annotations.NullMarked;
