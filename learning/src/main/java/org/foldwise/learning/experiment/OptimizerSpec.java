package org.foldwise.learning.experiment;

/** How weights follow gradients. */
public sealed interface OptimizerSpec {
    /** The learning rate before any schedule, above 0. */
    double learningRate();

    /**
     * Adam (Kingma and Ba, 2015, Adam: A Method for Stochastic Optimization) as PyTorch has it: weight decay is added to the
     * gradient, epsilon to the square root after bias correction.
     *
     * @param learningRate in (0, 10]
     * @param beta1 decay of the mean gradient, in [0, 1)
     * @param beta2 decay of the mean squared gradient, in [0, 1)
     * @param epsilon above 0
     * @param weightDecay 0 or more
     */
    record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements OptimizerSpec {
        public Adam {
            if (!(learningRate > 0 && learningRate <= 10)) {
                throw new IllegalArgumentException("optimizer.learningRate must be in (0, 10], was " + learningRate);
            }
            requireDecay("beta1", beta1);
            requireDecay("beta2", beta2);
            if (!(epsilon > 0 && epsilon <= 1)) {
                throw new IllegalArgumentException("optimizer.epsilon must be in (0, 1], was " + epsilon);
            }
            if (!(weightDecay >= 0 && weightDecay <= 1)) {
                throw new IllegalArgumentException("optimizer.weightDecay must be in [0, 1], was " + weightDecay);
            }
        }

        private static void requireDecay(String name, double decay) {
            if (!(decay >= 0 && decay < 1)) {
                throw new IllegalArgumentException("optimizer." + name + " must be in [0, 1), was " + decay);
            }
        }
    }
}
