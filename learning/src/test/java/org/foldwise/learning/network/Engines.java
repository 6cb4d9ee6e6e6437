package org.foldwise.learning.network;

/**
 * The engine of the test process. There is one per process, so all tests share its settings: one thread, which loses least
 * where other work keeps the cores busy.
 */
public final class Engines {
    private Engines() {}

    public static TorchEngine engine() {
        return TorchEngine.start(EngineSettings.threads(1));
    }
}
