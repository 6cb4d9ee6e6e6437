package org.foldwise.bench.ours;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.foldwise.learning.network.TorchEngine;

/** What the network's part of an answer spends its time on. */
final class AnswerProfile {
    private AnswerProfile() {}

    /** Answers as often as the settings say and as often again while operations are recorded, after answers that nobody counts. */
    static Profile take(Settings settings, Path trace) throws IOException {
        try (InferenceWorkload workload = InferenceWorkload.open(settings)) {
            for (int i = 0; i < workload.warmUps(); i++) {
                workload.measure();
            }
            double plain = secondsOfOne(workload);
            TorchEngine engine = settings.engine();
            engine.recordOperations();
            double recorded = secondsOfOne(workload);
            engine.writeOperations(trace);
            return new Profile(
                    "the network's part of an answer",
                    "outside libtorch: Java and JNI",
                    settings.repetitions(),
                    plain,
                    recorded,
                    Map.of(),
                    OperationTimes.read(trace));
        }
    }

    private static double secondsOfOne(InferenceWorkload workload) {
        return workload.measure().seconds().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }
}
