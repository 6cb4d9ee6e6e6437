package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdCurve;
import org.foldwise.learning.metrics.clinical.DecisionCurve;
import org.jspecify.annotations.Nullable;

@Schema(name = "EvaluationCurves", description = "The curves of an evaluation as numbers.")
record CurvesResponse(
        @Schema(description = "As stored; empty where one class is missing.") List<RocCurve.Point> rocCurve,
        @Schema(description = "As stored; empty without positives.")
                List<PrecisionRecallCurve.Point> precisionRecallCurve,
        @Schema(description = "As stored; the bins that hold cases.") List<Calibration.Bin> calibrationBins,
        @Schema(description = "At the thresholds 1.00, 0.99, ..., 0; intervals hold pointwise.")
                List<AtThreshold> thresholdCurve,
        @Schema(description = "At the threshold probabilities 0.01, 0.02, ..., 0.99; intervals hold pointwise.")
                List<NetBenefit> decisionCurve) {
    private static final List<String> COLUMNS =
            List.of("curve", "threshold", "figure", "x", "value", "lower", "upper", "undefinedBecause");

    @Schema(name = "FiguresAtThreshold", description = "What decisions would be worth at one threshold.")
    record AtThreshold(
            @Schema(example = "0.5") double threshold,
            Estimate recall,
            Estimate specificity,
            Estimate precision,
            Estimate f1) {}

    @Schema(name = "NetBenefitAtThreshold", description = "Net benefit at one threshold probability.")
    record NetBenefit(
            @Schema(example = "0.2") double threshold,
            @Schema(description = "Of acting as the model says.") Estimate model,
            @Schema(description = "Of acting always.", example = "0.1") double treatAll) {}

    static CurvesResponse of(EvaluationReport report, List<ScoredCase> cases) {
        double level = report.bootstrap().level();
        List<Double> hundredths =
                IntStream.rangeClosed(0, 100).mapToObj(i -> i / 100.0).toList();
        return new CurvesResponse(
                report.rocCurve(),
                report.precisionRecallCurve(),
                report.calibrationBins(),
                ThresholdCurve.of(cases, hundredths, level).points().stream()
                        .map(point -> new AtThreshold(
                                point.threshold(), point.recall(), point.specificity(), point.precision(), point.f1()))
                        .toList(),
                DecisionCurve.of(cases, hundredths.subList(1, 100), level).points().stream()
                        .map(point -> new NetBenefit(point.threshold(), point.model(), point.treatAll()))
                        .toList());
    }

    /** One number a row, so that every curve fits the same columns. */
    CsvTable csv() {
        List<List<Object>> rows = new ArrayList<>();
        for (RocCurve.Point point : rocCurve) {
            rows.add(row(
                    "roc",
                    point.threshold(),
                    "truePositiveRate",
                    point.falsePositiveRate(),
                    Estimate.of(point.truePositiveRate())));
        }
        for (PrecisionRecallCurve.Point point : precisionRecallCurve) {
            rows.add(row(
                    "precisionRecall", point.threshold(), "precision", point.recall(), Estimate.of(point.precision())));
        }
        for (Calibration.Bin bin : calibrationBins) {
            rows.add(
                    row("calibration", null, "positiveShare", bin.meanProbability(), Estimate.of(bin.positiveShare())));
        }
        for (AtThreshold at : thresholdCurve) {
            rows.add(row("threshold", at.threshold(), "recall", at.threshold(), at.recall()));
            rows.add(row("threshold", at.threshold(), "specificity", at.threshold(), at.specificity()));
            rows.add(row("threshold", at.threshold(), "precision", at.threshold(), at.precision()));
            rows.add(row("threshold", at.threshold(), "f1", at.threshold(), at.f1()));
        }
        for (NetBenefit at : decisionCurve) {
            rows.add(row("decision", at.threshold(), "netBenefit", at.threshold(), at.model()));
            rows.add(row("decision", at.threshold(), "netBenefitTreatAll", at.threshold(), Estimate.of(at.treatAll())));
        }
        return new CsvTable(COLUMNS, rows);
    }

    private static List<Object> row(
            String curve, @Nullable Double threshold, String figure, double x, Estimate estimate) {
        Interval interval = estimate.interval();
        return List.of(
                curve,
                cell(threshold),
                figure,
                x,
                cell(estimate.value()),
                cell(interval == null ? null : interval.lower()),
                cell(interval == null ? null : interval.upper()),
                cell(estimate.undefinedBecause()));
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
