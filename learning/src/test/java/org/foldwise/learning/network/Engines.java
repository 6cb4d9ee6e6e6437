package org.foldwise.learning.network;

/** The engine of the test process: there is one per process, so all tests share its settings. */
public final class Engines {
    private Engines() {}

    public static TorchEngine engine() {
        return TorchEngine.start(EngineSettings.threads(2));
    }
}
