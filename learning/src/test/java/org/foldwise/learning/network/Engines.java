package org.foldwise.learning.network;

import java.util.function.UnaryOperator;

/**
 * The engine of the test process. There is one per process, so all tests share its settings: one thread, which loses least
 * where other work keeps the cores busy.
 */
public final class Engines {
    private Engines() {}

    public static TorchEngine engine() {
        return TorchEngine.start(EngineSettings.threads(1));
    }

    /** The same engine, whose kernels are of another text: what another version of libtorch, or a damaged archive, comes to. */
    public static TorchEngine withKernels(UnaryOperator<String> change) {
        return engine().withKernels(change.apply(Kernels.text()));
    }

    /** A network in double that lies in memory as those of trainings do, which differs from PyTorch's by the order of sums only. */
    public static Network channelsLastInDouble(NetworkSpec spec, Weights weights) {
        return Network.openChannelsLast(engine(), spec, weights, ElementType.FLOAT64);
    }
}
