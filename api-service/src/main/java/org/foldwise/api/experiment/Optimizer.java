package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.jspecify.annotations.Nullable;

@Schema(name = "Optimizer", description = "How weights follow gradients.")
sealed interface Optimizer {
    OptimizerSpec resolved();

    @Schema(name = "AdamOptimizer", description = "Adam as PyTorch has it.")
    record Adam(
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("10") @Schema(example = "0.001") @Nullable
                    Double learningRate,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.9") @Nullable
                    Double beta1,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.999") @Nullable
                    Double beta2,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") @Schema(example = "1e-8") @Nullable
                    Double epsilon,
            @DecimalMin("0") @DecimalMax("1") @Schema(example = "1e-5") @Nullable Double weightDecay)
            implements Optimizer {
        @Override
        public OptimizerSpec resolved() {
            OptimizerSpec.Adam defaults = (OptimizerSpec.Adam) ExperimentPlan.DEFAULT.optimizer();
            return new OptimizerSpec.Adam(
                    Plan.or(learningRate, defaults.learningRate()),
                    Plan.or(beta1, defaults.beta1()),
                    Plan.or(beta2, defaults.beta2()),
                    Plan.or(epsilon, defaults.epsilon()),
                    Plan.or(weightDecay, defaults.weightDecay()));
        }
    }

    @Schema(
            name = "AdamWOptimizer",
            description = "AdamW as PyTorch has it: weight decay acts on the weights themselves.")
    record AdamW(
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("10") @Schema(example = "0.001") @Nullable
                    Double learningRate,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.9") @Nullable
                    Double beta1,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.999") @Nullable
                    Double beta2,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") @Schema(example = "1e-8") @Nullable
                    Double epsilon,
            @DecimalMin("0") @DecimalMax("1") @Schema(example = "0.01") @Nullable Double weightDecay)
            implements Optimizer {
        @Override
        public OptimizerSpec resolved() {
            OptimizerSpec.AdamW defaults = OptimizerSpec.AdamW.DEFAULT;
            return new OptimizerSpec.AdamW(
                    Plan.or(learningRate, defaults.learningRate()),
                    Plan.or(beta1, defaults.beta1()),
                    Plan.or(beta2, defaults.beta2()),
                    Plan.or(epsilon, defaults.epsilon()),
                    Plan.or(weightDecay, defaults.weightDecay()));
        }
    }

    @Schema(name = "SgdOptimizer", description = "Stochastic gradient descent with momentum as PyTorch has it.")
    record Sgd(
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("10") @Schema(example = "0.01") @Nullable
                    Double learningRate,
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(description = "Share of the velocity that stays.", example = "0.9")
                    @Nullable
                    Double momentum,
            @DecimalMin("0")
                    @DecimalMax("1")
                    @Schema(description = "Share of the gradient that stays outside the velocity.", example = "0")
                    @Nullable
                    Double dampening,
            @Schema(description = "Whether to look ahead; needs momentum, and no dampening.", example = "false")
                    @Nullable
                    Boolean nesterov,
            @DecimalMin("0") @DecimalMax("1") @Schema(example = "0") @Nullable Double weightDecay)
            implements Optimizer {
        public Sgd {
            OptimizerSpec.Sgd defaults = OptimizerSpec.Sgd.DEFAULT;
            if (Plan.or(nesterov, defaults.nesterov())
                    && (Plan.or(momentum, defaults.momentum()) == 0 || Plan.or(dampening, defaults.dampening()) != 0)) {
                throw new IllegalArgumentException("a nesterov step needs momentum above 0 and dampening 0");
            }
        }

        @Override
        public OptimizerSpec resolved() {
            OptimizerSpec.Sgd defaults = OptimizerSpec.Sgd.DEFAULT;
            return new OptimizerSpec.Sgd(
                    Plan.or(learningRate, defaults.learningRate()),
                    Plan.or(momentum, defaults.momentum()),
                    Plan.or(dampening, defaults.dampening()),
                    Plan.or(nesterov, defaults.nesterov()),
                    Plan.or(weightDecay, defaults.weightDecay()));
        }
    }

    static Optimizer of(OptimizerSpec optimizer) {
        if (optimizer instanceof OptimizerSpec.AdamW adamW) {
            return new AdamW(adamW.learningRate(), adamW.beta1(), adamW.beta2(), adamW.epsilon(), adamW.weightDecay());
        }
        if (optimizer instanceof OptimizerSpec.Sgd sgd) {
            return new Sgd(sgd.learningRate(), sgd.momentum(), sgd.dampening(), sgd.nesterov(), sgd.weightDecay());
        }
        var adam = (OptimizerSpec.Adam) optimizer;
        return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay());
    }
}
