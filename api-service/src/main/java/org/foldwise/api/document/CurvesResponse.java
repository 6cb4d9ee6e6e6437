package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdCurve;
import org.foldwise.learning.metrics.clinical.DecisionCurve;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "EvaluationCurves",
        description =
                "The curves of an evaluation as numbers: of a binary task those of its positive class, of other tasks those of each class"
                        + " or label against everything else.")
record CurvesResponse(
        @Schema(
                        description =
                                "How the probabilities of a patient's images are made one, where each patient counts once, whatever the"
                                        + " number of images; absent where images count.",
                        example = "mean")
                @Nullable
                PatientAggregation aggregation,
        @Schema(description = "Of a binary task, of images as stored; empty where one class is missing.")
                List<RocCurve.Point> rocCurve,
        @Schema(description = "Of a binary task, of images as stored; empty without positives.")
                List<PrecisionRecallCurve.Point> precisionRecallCurve,
        @Schema(description = "Of a binary task, of images as stored; the bins that hold cases.")
                List<Calibration.Bin> calibrationBins,
        @Schema(
                        description =
                                "Of a binary task, at the thresholds 1.00, 0.99, ..., 0 and at the scores themselves, of many at 200 of"
                                        + " them with the lowest and the highest; falling. Intervals hold pointwise.")
                List<AtThreshold> thresholdCurve,
        @Schema(
                        description =
                                "Of a binary task, at the threshold probabilities 0.01, 0.02, ..., 0.99; intervals hold pointwise.")
                List<NetBenefit> decisionCurve,
        @Schema(
                        description =
                                "Of other tasks, computed from the stored cases, in the order of the dataset's classes; empty of a binary"
                                        + " task.")
                List<OfClass> classes)
        implements Tabular {
    private static final List<String> COLUMNS =
            List.of("curve", "threshold", "figure", "x", "value", "lower", "upper", "undefinedBecause");
    private static final int MOST_SCORES = 200;
    private static final List<Double> HUNDREDTHS =
            IntStream.rangeClosed(0, 100).mapToObj(i -> i / 100.0).toList();

    @Schema(name = "ClassCurves", description = "The curves of one class, or of one label, against everything else.")
    record OfClass(
            @Schema(example = "Effusion") String name,
            @Schema(description = "Empty where no image shows it, or every one does.") List<RocCurve.Point> rocCurve,
            @Schema(description = "Empty where no image shows it.")
                    List<PrecisionRecallCurve.Point> precisionRecallCurve,
            @Schema(description = "The bins that hold images.") List<Calibration.Bin> calibrationBins,
            @Schema(
                            description =
                                    "At the thresholds 1.00, 0.99, ..., 0 and at the scores themselves, of many at 200 of them with the"
                                            + " lowest and the highest; falling. Intervals hold pointwise.")
                    List<AtThreshold> thresholdCurve,
            @Schema(description = "At the threshold probabilities 0.01, 0.02, ..., 0.99; intervals hold pointwise.")
                    List<NetBenefit> decisionCurve) {
        static OfClass of(ClassCurves curves, List<ScoredCase> cases, double level) {
            return new OfClass(
                    curves.name(),
                    curves.rocCurve(),
                    curves.precisionRecallCurve(),
                    curves.calibrationBins(),
                    thresholds(cases, level),
                    netBenefits(cases, level));
        }
    }

    @Schema(name = "FiguresAtThreshold", description = "What decisions would be worth at one threshold.")
    record AtThreshold(
            @Schema(example = "0.5") double threshold,
            Estimate recall,
            Estimate specificity,
            Estimate precision,
            Estimate negativePredictiveValue,
            Estimate f1,
            @Schema(description = "Without interval.") Estimate matthewsCorrelation) {}

    @Schema(name = "NetBenefitAtThreshold", description = "Net benefit at one threshold probability.")
    record NetBenefit(
            @Schema(example = "0.2") double threshold,
            @Schema(description = "Of acting as the model says.") Estimate model,
            @Schema(description = "Of acting always.", example = "0.1") double treatAll) {}

    /** The curves of a binary task. */
    static CurvesResponse of(EvaluationReport report, List<ScoredCase> cases) {
        double level = report.bootstrap().level();
        return new CurvesResponse(
                null,
                report.rocCurve(),
                report.precisionRecallCurve(),
                report.calibrationBins(),
                thresholds(cases, level),
                netBenefits(cases, level),
                List.of());
    }

    /**
     * The curves of several classes, or of labels.
     *
     * @param level nominal coverage of the intervals
     */
    static CurvesResponse of(ScoredImages images, double level) {
        List<OfClass> classes = new ArrayList<>();
        for (int k = 0; k < images.classes().size(); k++) {
            List<ScoredCase> cases = images.against(k);
            classes.add(OfClass.of(ClassCurves.of(images.classes().get(k), cases), cases, level));
        }
        return new CurvesResponse(null, List.of(), List.of(), List.of(), List.of(), List.of(), classes);
    }

    /**
     * The curves of patients.
     *
     * @param patients one case each, by that aggregation
     * @param level nominal coverage of the intervals
     */
    static CurvesResponse ofPatients(PatientAggregation aggregation, ScoredImages patients, double level) {
        if (patients instanceof ScoredImages.Binary binary) {
            List<ScoredCase> cases = binary.cases();
            ClassCurves curves = ClassCurves.of(binary.classes().get(1), cases);
            return new CurvesResponse(
                    aggregation,
                    curves.rocCurve(),
                    curves.precisionRecallCurve(),
                    curves.calibrationBins(),
                    thresholds(cases, level),
                    netBenefits(cases, level),
                    List.of());
        }
        return new CurvesResponse(
                aggregation,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                of(patients, level).classes());
    }

    private static List<AtThreshold> thresholds(List<ScoredCase> cases, double level) {
        // scores of a rare finding may all lie between two hundredths
        SortedSet<Double> thresholds = new TreeSet<>(HUNDREDTHS);
        thresholds.addAll(ThresholdCurve.scores(cases, MOST_SCORES));
        return ThresholdCurve.of(cases, List.copyOf(thresholds), level).points().stream()
                .map(point -> new AtThreshold(
                        point.threshold(),
                        point.recall(),
                        point.specificity(),
                        point.precision(),
                        point.negativePredictiveValue(),
                        point.f1(),
                        point.matthewsCorrelation()))
                .toList();
    }

    private static List<NetBenefit> netBenefits(List<ScoredCase> cases, double level) {
        return DecisionCurve.of(cases, HUNDREDTHS.subList(1, 100), level).points().stream()
                .map(point -> new NetBenefit(point.threshold(), point.model(), point.treatAll()))
                .toList();
    }

    /** One number a row, so that every curve fits the same columns; of several classes their name comes first. */
    @Override
    public CsvTable csv() {
        if (classes.isEmpty()) {
            return new CsvTable(
                    COLUMNS, rows(rocCurve, precisionRecallCurve, calibrationBins, thresholdCurve, decisionCurve));
        }
        List<List<Object>> all = new ArrayList<>();
        for (OfClass one : classes) {
            for (List<Object> row : rows(
                    one.rocCurve(),
                    one.precisionRecallCurve(),
                    one.calibrationBins(),
                    one.thresholdCurve(),
                    one.decisionCurve())) {
                List<Object> named = new ArrayList<>(List.of(one.name()));
                named.addAll(row);
                all.add(named);
            }
        }
        List<String> columns = new ArrayList<>(List.of("class"));
        columns.addAll(COLUMNS);
        return new CsvTable(columns, all);
    }

    private static List<List<Object>> rows(
            List<RocCurve.Point> rocCurve,
            List<PrecisionRecallCurve.Point> precisionRecallCurve,
            List<Calibration.Bin> calibrationBins,
            List<AtThreshold> thresholdCurve,
            List<NetBenefit> decisionCurve) {
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
            rows.add(row(
                    "threshold",
                    at.threshold(),
                    "negativePredictiveValue",
                    at.threshold(),
                    at.negativePredictiveValue()));
            rows.add(row("threshold", at.threshold(), "f1", at.threshold(), at.f1()));
            rows.add(row("threshold", at.threshold(), "matthewsCorrelation", at.threshold(), at.matthewsCorrelation()));
        }
        for (NetBenefit at : decisionCurve) {
            rows.add(row("decision", at.threshold(), "netBenefit", at.threshold(), at.model()));
            rows.add(row("decision", at.threshold(), "netBenefitTreatAll", at.threshold(), Estimate.of(at.treatAll())));
        }
        return rows;
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
