package org.foldwise.standalone.demo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the demo found, as its JSON file has it. A figure that is not defined on these data is null. */
record DemoFigures(
        DatasetFigures dataset,
        SplitFigures split,
        CrossValidationFigures crossValidation,
        TestFigures test,
        ModelFigures model,
        PredictionFigures prediction,
        Map<String, Double> seconds) {

    record DatasetFigures(int images, int patients, String digest) {}

    record SplitFigures(String digest, int sharedPatients) {}

    record CrossValidationFigures(List<FoldFigures> folds, @Nullable Double mean, @Nullable Double std) {}

    record FoldFigures(@Nullable Double auc) {}

    record TestFigures(@Nullable Double auc, @Nullable Double averagePrecision, Confusion confusion) {}

    record Confusion(long truePositives, long falsePositives, long trueNegatives, long falseNegatives) {}

    record ModelFigures(String name, int version, String sha256) {}

    record PredictionFigures(double probability, boolean decision, double millis) {}
}
