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
            requireLearningRate(learningRate);
            requireDecay("beta1", beta1);
            requireDecay("beta2", beta2);
            requireEpsilon(epsilon);
            requireWeightDecay(weightDecay);
        }
    }

    /**
     * AdamW (Loshchilov and Hutter, 2019, Decoupled Weight Decay Regularization) as PyTorch has it: before each step of Adam the
     * weights are multiplied by 1 - learningRate x weightDecay.
     *
     * @param learningRate in (0, 10]
     * @param beta1 decay of the mean gradient, in [0, 1)
     * @param beta2 decay of the mean squared gradient, in [0, 1)
     * @param epsilon above 0
     * @param weightDecay 0 or more
     */
    record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements OptimizerSpec {
        /** PyTorch's values. */
        public static final AdamW DEFAULT = new AdamW(1e-3, 0.9, 0.999, 1e-8, 1e-2);

        public AdamW {
            requireLearningRate(learningRate);
            requireDecay("beta1", beta1);
            requireDecay("beta2", beta2);
            requireEpsilon(epsilon);
            requireWeightDecay(weightDecay);
        }
    }

    /**
     * Stochastic gradient descent with momentum as PyTorch has it: weight decay is added to the gradient; the learning rate
     * multiplies the velocity and is no part of it (unlike Sutskever et al., 2013).
     *
     * @param learningRate in (0, 10]
     * @param momentum share of the velocity that stays, in [0, 1); 0 means that there is none
     * @param dampening share of the gradient that does not enter the velocity, in [0, 1]; its first gradient enters whole
     * @param nesterov whether the step looks ahead along the velocity; needs momentum, and no dampening
     * @param weightDecay 0 or more
     */
    record Sgd(double learningRate, double momentum, double dampening, boolean nesterov, double weightDecay)
            implements OptimizerSpec {
        /** What fine-tuning usually takes. */
        public static final Sgd DEFAULT = new Sgd(1e-2, 0.9, 0, false, 0);

        public Sgd {
            requireLearningRate(learningRate);
            requireDecay("momentum", momentum);
            if (!(dampening >= 0 && dampening <= 1)) {
                throw new IllegalArgumentException("optimizer.dampening must be in [0, 1], was " + dampening);
            }
            requireWeightDecay(weightDecay);
            if (nesterov && (momentum == 0 || dampening != 0)) {
                throw new IllegalArgumentException("a nesterov step needs momentum above 0 and dampening 0, were "
                        + momentum + " and " + dampening);
            }
        }
    }

    private static void requireLearningRate(double learningRate) {
        if (!(learningRate > 0 && learningRate <= 10)) {
            throw new IllegalArgumentException("optimizer.learningRate must be in (0, 10], was " + learningRate);
        }
    }

    private static void requireDecay(String name, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("optimizer." + name + " must be in [0, 1), was " + decay);
        }
    }

    private static void requireEpsilon(double epsilon) {
        if (!(epsilon > 0 && epsilon <= 1)) {
            throw new IllegalArgumentException("optimizer.epsilon must be in (0, 1], was " + epsilon);
        }
    }

    private static void requireWeightDecay(double weightDecay) {
        if (!(weightDecay >= 0 && weightDecay <= 1)) {
            throw new IllegalArgumentException("optimizer.weightDecay must be in [0, 1], was " + weightDecay);
        }
    }
}
