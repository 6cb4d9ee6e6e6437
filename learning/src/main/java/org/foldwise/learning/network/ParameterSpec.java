package org.foldwise.learning.network;

import java.util.List;

/**
 * One entry of a network's state_dict.
 *
 * @param name as torchvision has it, behind {@code backbone.} or {@code classifier.}
 * @param shape lengths of the dimensions, outermost first
 * @param kind what it is, which decides how it is drawn and whether it is learned
 */
public record ParameterSpec(String name, List<Long> shape, Kind kind) {
    /** What an entry is. */
    public enum Kind {
        /** Output channels x input channels per group x height x width. */
        CONVOLUTION_WEIGHT,
        /** One per output channel of a convolution that no normalisation follows. */
        CONVOLUTION_BIAS,
        /** Outputs x inputs. */
        LINEAR_WEIGHT,
        /** One per output of a linear layer; drawn by its number of inputs. */
        LINEAR_BIAS,
        NORM_WEIGHT,
        NORM_BIAS,
        /** Moves with training batches, not with gradients. */
        RUNNING_MEAN,
        /** Moves with training batches, not with gradients; of the unbiased variance. */
        RUNNING_VARIANCE,
        /** How many batches the running statistics have seen: an int64 scalar that takes no part in any computation. */
        BATCHES_TRACKED;

        /** Whether gradients change it; PyTorch calls the others buffers. */
        public boolean isLearned() {
            return this != RUNNING_MEAN && this != RUNNING_VARIANCE && this != BATCHES_TRACKED;
        }
    }

    public ParameterSpec {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long size() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /** Type of its elements in a network that computes in {@code floating}. */
    ElementType elementType(ElementType floating) {
        return kind == Kind.BATCHES_TRACKED ? ElementType.INT64 : floating;
    }
}
