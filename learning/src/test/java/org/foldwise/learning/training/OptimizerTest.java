package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Kernels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers on one parameter of one number, with gradients that are chosen: the arithmetic of torch.optim, written out. */
@Tag("engine")
class OptimizerTest {
    private static final Kernels KERNELS = Engines.engine().kernels();
    private static final double[] GRADIENTS = {0.5, -2, 0.25, 3};

    /** PyTorch's arithmetic on one number. */
    private interface Oracle {
        double step(double weight, double gradient, double learningRate, double momentum);
    }

    private static Oracle sgd(double dampening, boolean nesterov, double decay) {
        double[] velocity = {Double.NaN};
        return (weight, gradient, learningRate, momentum) -> {
            double g = gradient + decay * weight;
            velocity[0] = Double.isNaN(velocity[0]) ? g : momentum * velocity[0] + (1 - dampening) * g;
            return weight - learningRate * (nesterov ? g + momentum * velocity[0] : velocity[0]);
        };
    }

    private static Oracle adam(double beta2, double epsilon, double decay, boolean decoupled) {
        double[] held = new double[3];
        return (weight, gradient, learningRate, beta1) -> {
            double w = decoupled ? weight * (1 - learningRate * decay) : weight;
            double g = decoupled ? gradient : gradient + decay * weight;
            held[0] = beta1 * held[0] + (1 - beta1) * g;
            held[1] = beta2 * held[1] + (1 - beta2) * g * g;
            held[2]++;
            double denominator = Math.sqrt(held[1]) / Math.sqrt(1 - Math.pow(beta2, held[2])) + epsilon;
            return w - learningRate / (1 - Math.pow(beta1, held[2])) * held[0] / denominator;
        };
    }

    private record Case(OptimizerSpec spec, double momentum, Oracle oracle) {
        @Override
        public String toString() {
            return spec.toString();
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(new OptimizerSpec.Sgd(0.1, 0.9, 0, false, 0), 0.9, sgd(0, false, 0)),
                new Case(new OptimizerSpec.Sgd(0.1, 0.9, 0.5, false, 0.1), 0.9, sgd(0.5, false, 0.1)),
                new Case(new OptimizerSpec.Sgd(0.1, 0.8, 0, true, 0.1), 0.8, sgd(0, true, 0.1)),
                new Case(new OptimizerSpec.Sgd(0.1, 0, 0, false, 0.1), 0, sgd(0, false, 0.1)),
                new Case(new OptimizerSpec.Adam(0.1, 0.9, 0.99, 1e-8, 0.1), 0.9, adam(0.99, 1e-8, 0.1, false)),
                new Case(new OptimizerSpec.AdamW(0.1, 0.9, 0.99, 1e-8, 0.1), 0.9, adam(0.99, 1e-8, 0.1, true)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsTheFormulaAlsoWhenTakenUpAgainAfterEachStep(Case tested) {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray parameter = parameter(manager, 1.5);
            Map<String, NDArray> parameters = Map.of("w", parameter);
            Optimizer optimizer = Optimizer.of(tested.spec(), KERNELS, manager);
            double expected = 1.5;
            for (int i = 0; i < GRADIENTS.length; i++) {
                // a schedule may move both from step to step
                double learningRate = 0.1 / (i + 1);
                Double momentum = tested.momentum() == 0 || i % 2 == 0 ? null : (Double) 0.7;
                giveGradient(parameter, GRADIENTS[i]);
                optimizer.update(parameters, learningRate, momentum);
                expected = tested.oracle()
                        .step(expected, GRADIENTS[i], learningRate, momentum == null ? tested.momentum() : momentum);
                assertThat(parameter.getDouble()).as("after step %d", i).isCloseTo(expected, within(1e-14));
                forgetGradient(parameter);
                OptimizerState state = optimizer.state();
                Optimizer.requireMatch(tested.spec(), Map.of("w", List.of()), state);
                optimizer = Optimizer.resume(tested.spec(), KERNELS, manager, state, ElementType.FLOAT64);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesAStateOfOtherParametersOrOfAnotherOptimizer(Case tested) {
        OptimizerSpec other = tested.spec() instanceof OptimizerSpec.Sgd
                ? new OptimizerSpec.Adam(0.1, 0.9, 0.99, 1e-8, 0)
                : new OptimizerSpec.Sgd(0.1, 0.9, 0, false, 0);
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray parameter = parameter(manager, 1);
            giveGradient(parameter, 1);
            Optimizer optimizer = Optimizer.of(tested.spec(), KERNELS, manager);
            optimizer.update(Map.of("w", parameter), 0.1, null);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Optimizer.requireMatch(other, Map.of("w", List.of()), optimizer.state()));
            if (tested.momentum() > 0) {
                assertThatIllegalArgumentException()
                        .isThrownBy(
                                () -> Optimizer.requireMatch(tested.spec(), Map.of("v", List.of()), optimizer.state()));
                assertThatIllegalArgumentException()
                        .isThrownBy(() ->
                                Optimizer.requireMatch(tested.spec(), Map.of("w", List.of(2L)), optimizer.state()));
            }
        }
    }

    /** A one-cycle schedule may bring a momentum of 0 instead of the specification's, or move to one. */
    @Test
    void aDescentWithMomentumRemembersNothingOfParametersThatHadNone() {
        OptimizerSpec.Sgd spec = new OptimizerSpec.Sgd(0.1, 0.9, 0, false, 0);
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray early = parameter(manager, 0);
            NDArray late = parameter(manager, 0);
            Map<String, List<Long>> shapes = Map.of("early", List.of(), "late", List.of());
            Optimizer optimizer = Optimizer.of(spec, KERNELS, manager);
            giveGradient(early, 1);
            optimizer.update(Map.of("early", early), 0.1, 0.0);
            OptimizerState without = optimizer.state();
            assertThat(without.parameters()).isEmpty();
            Optimizer.requireMatch(spec, shapes, without);
            optimizer.update(Map.of("early", early), 0.1, 0.5);
            giveGradient(late, 1);
            optimizer.update(Map.of("late", late), 0.1, 0.0);
            OptimizerState ofOne = optimizer.state();
            assertThat(ofOne.parameters()).containsExactly("early");
            Optimizer.requireMatch(spec, shapes, ofOne);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Optimizer.requireMatch(spec, Map.of("late", List.of()), ofOne));
        }
    }

    @Test
    void aParameterThatComesLaterBeginsWithItsOwnFirstStep() {
        OptimizerSpec.Adam spec = new OptimizerSpec.Adam(0.1, 0.9, 0.999, 1e-8, 0);
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray early = parameter(manager, 0);
            NDArray late = parameter(manager, 0);
            Optimizer optimizer = Optimizer.of(spec, KERNELS, manager);
            giveGradient(early, 1);
            optimizer.update(Map.of("early", early), 0.1, null);
            forgetGradient(early);
            giveGradient(early, 1);
            giveGradient(late, 1);
            optimizer.update(Map.of("early", early, "late", late), 0.1, null);
            // Adam's first step is as long as the learning rate, whatever the gradient
            assertThat(late.getDouble()).isCloseTo(-0.1, within(1e-8));
        }
    }

    @Test
    void cutsAllGradientsTogetherAsPyTorchDoes() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray three = parameter(manager, 0);
            NDArray four = parameter(manager, 0);
            giveGradient(three, 3);
            giveGradient(four, -4);
            Map<String, NDArray> parameters = Map.of("three", three, "four", four);
            assertThat(new Gradients(parameters).clip(10)).isEqualTo(5);
            assertThat(gradient(three)).isEqualTo(3);
            assertThat(new Gradients(parameters).clip(2)).isEqualTo(5);
            // torch.nn.utils.clip_grad_norm_: times 2 / (5 + 1e-6)
            assertThat(gradient(three)).isCloseTo(3 * 2 / 5.000001, within(1e-15));
            assertThat(gradient(four)).isCloseTo(-4 * 2 / 5.000001, within(1e-15));
        }
    }

    private static double gradient(NDArray parameter) {
        try (NDArray gradient = parameter.getGradient()) {
            return gradient.getDouble();
        }
    }

    private static NDArray parameter(NDManager manager, double value) {
        NDArray parameter = manager.create(value);
        parameter.setRequiresGradient(true);
        return parameter;
    }

    /** As a network gets rid of it, on the handle that the test holds. */
    private static void forgetGradient(NDArray parameter) {
        try (NDArray gradient = parameter.getGradient()) {
            gradient.muli(0);
        }
    }

    private static void giveGradient(NDArray parameter, double gradient) {
        try (GradientCollector collector = Engines.engine().newGradientCollector();
                NDArray product = parameter.mul(gradient)) {
            collector.backward(product);
        }
    }
}
