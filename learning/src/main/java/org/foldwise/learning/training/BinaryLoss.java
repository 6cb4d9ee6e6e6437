package org.foldwise.learning.training;

/** A loss that looks at each output by itself, positive or negative. */
sealed interface BinaryLoss extends Loss permits BinaryCrossEntropy, FocalLoss {

    /** The loss of one output, in double. */
    double of(int output, double logit, double target);

    /** The loss of the first output, in double. */
    default double of(double logit, double target) {
        return of(0, logit, target);
    }

    /** The mean over the image's outputs. */
    @Override
    default double of(double[] logits, double[] targets) {
        double sum = 0;
        for (int output = 0; output < logits.length; output++) {
            sum += of(output, logits[output], targets[output]);
        }
        return sum / logits.length;
    }
}
