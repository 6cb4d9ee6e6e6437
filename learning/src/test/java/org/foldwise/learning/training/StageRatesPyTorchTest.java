package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.ScheduleSpec.Annealing;
import org.foldwise.learning.experiment.ScheduleSpec.ThresholdMode;
import org.foldwise.learning.experiment.StoppingRule.Metric;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.network.PyTorch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every schedule's rates of parameters that begin with a share of the optimizer's rate, against parameter groups of PyTorch. Where Python has
 * no PyTorch, that comparison is skipped.
 */
class StageRatesPyTorchTest {
    private static final double RATE = 1e-3;
    private static final double[] SHARES = {1, 0.1, 0.004, 2.5};
    private static final int EPOCHS = 14;
    private static final double TOLERANCE = 1e-12;

    private static final String PROGRAM =
            """
            import sys, warnings, torch
            from torch.optim.lr_scheduler import *
            warnings.simplefilter("ignore")
            rate, epochs, shares = 1e-3, 14, [1, 0.1, 0.004, 2.5]
            for schedule in sys.argv[1:]:
                groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": rate * share} for share in shares]
                o = torch.optim.SGD(groups, lr=rate, momentum=0.9)
                s = eval(schedule)
                for epoch in range(epochs):
                    print(*[repr(float(group["lr"])) for group in o.param_groups])
                    o.step()
                    if epoch + 1 < epochs:
                        s.step(1.0) if isinstance(s, ReduceLROnPlateau) else s.step()
            """;

    private record Case(String torch, ScheduleSpec spec, WarmUpSpec warmUp) {
        Case(String torch, ScheduleSpec spec) {
            this(torch, spec, WarmUpSpec.NONE);
        }
    }

    private static ScheduleSpec.Plateau plateau(double factor, double lowestRate) {
        return new ScheduleSpec.Plateau(Metric.VALIDATION_LOSS, factor, 0, 1e-4, ThresholdMode.RELATIVE, 0, lowestRate);
    }

    private static List<Case> cases() {
        return List.of(
                new Case("ConstantLR(o, 1)", new ScheduleSpec.Constant()),
                new Case("StepLR(o, 3, 0.3)", new ScheduleSpec.Step(3, 0.3)),
                new Case("MultiStepLR(o, [2, 5, 5], 0.5)", new ScheduleSpec.MultiStep(List.of(2, 5, 5), 0.5)),
                new Case("ExponentialLR(o, 0.8)", new ScheduleSpec.Exponential(0.8)),
                new Case("CosineAnnealingLR(o, 10)", new ScheduleSpec.Cosine(10, 0)),
                new Case("CosineAnnealingLR(o, 10, 1e-5)", new ScheduleSpec.Cosine(10, 1e-5)),
                new Case(
                        "SequentialLR(o, [LinearLR(o, 0.1, total_iters=3), CosineAnnealingLR(o, 10, 1e-5)], [3])",
                        new ScheduleSpec.Cosine(10, 1e-5),
                        new WarmUpSpec(3, 0.1)),
                new Case("CosineAnnealingWarmRestarts(o, 4, 2)", new ScheduleSpec.CosineRestarts(4, 2, 0)),
                new Case("CosineAnnealingWarmRestarts(o, 4, 2, 1e-5)", new ScheduleSpec.CosineRestarts(4, 2, 1e-5)),
                new Case("ReduceLROnPlateau(o, factor=0.5, patience=0)", plateau(0.5, 0)),
                new Case("ReduceLROnPlateau(o, factor=0.1, patience=0)", plateau(0.1, 0)),
                new Case("ReduceLROnPlateau(o, factor=0.5, patience=0, min_lr=1e-5)", plateau(0.5, 1e-5)),
                new Case(
                        "OneCycleLR(o, [rate * share for share in shares], total_steps=epochs)",
                        ScheduleSpec.OneCycle.DEFAULT),
                new Case(
                        "OneCycleLR(o, [rate * share for share in shares], total_steps=epochs, three_phase=True,"
                                + " anneal_strategy='linear')",
                        new ScheduleSpec.OneCycle(0.3, Annealing.LINEAR, true, 25, 1e4, true, 0.85, 0.95)));
    }

    @Test
    void everyShareOfTheRateChangesAsAGroupOfPyTorch(@TempDir Path folder) throws Exception {
        List<Case> cases = cases();
        List<double[]> expected =
                PyTorch.run(folder, PROGRAM, cases.stream().map(Case::torch).toArray(String[]::new)).stream()
                        .map(line -> Stream.of(line.split(" ", -1))
                                .mapToDouble(Double::parseDouble)
                                .toArray())
                        .toList();
        List<double[]> rates = cases.stream()
                .flatMap(tested -> rates(tested.spec(), tested.warmUp()).stream())
                .toList();
        assertThat(rates).hasSameSizeAs(expected);
        for (int i = 0; i < rates.size(); i++) {
            for (int share = 0; share < SHARES.length; share++) {
                assertThat(rates.get(i)[share])
                        .as("%s, epoch %d, share %s", cases.get(i / EPOCHS).torch(), i % EPOCHS, SHARES[share])
                        .isCloseTo(expected.get(i)[share], within(TOLERANCE));
            }
        }
    }

    /** One update an epoch, each schedule taken up again from its state after every one. */
    private static List<double[]> rates(ScheduleSpec spec, WarmUpSpec warmUp) {
        List<double[]> rates = new ArrayList<>();
        LearningRateSchedule schedule = schedule(spec, warmUp, ScheduleState.initial(RATE));
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            double[] ofShares = new double[SHARES.length];
            for (int i = 0; i < SHARES.length; i++) {
                ofShares[i] = schedule.learningRate(SHARES[i]);
            }
            rates.add(ofShares);
            schedule.updated();
            schedule.epochFinished(Task.BINARY, new ValidationFigures(1, null, null, null, null, null, List.of()));
            schedule = schedule(spec, warmUp, schedule.state());
        }
        return rates;
    }

    private static LearningRateSchedule schedule(ScheduleSpec spec, WarmUpSpec warmUp, ScheduleState state) {
        return new LearningRateSchedule(spec, warmUp, RATE, 1, EPOCHS, state);
    }

    /** Where nothing holds rates up from below, shares are factors, to the bit. */
    @Test
    void multipliesTheRateWhereThereIsNoLowestOne() {
        for (Case tested : cases()) {
            boolean hasLowest = tested.torch().contains("1e-5") || tested.spec() instanceof ScheduleSpec.Plateau;
            if (!hasLowest) {
                assertProportional(tested.spec());
            }
        }
        assertProportional(plateau(0.9, 0));
    }

    private static void assertProportional(ScheduleSpec spec) {
        for (double[] rates : rates(spec, WarmUpSpec.NONE)) {
            for (int i = 0; i < SHARES.length; i++) {
                assertThat(rates[i]).isEqualTo(rates[0] * SHARES[i]);
            }
        }
    }
}
