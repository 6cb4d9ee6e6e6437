package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.Proportion;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.PatientReport.Aggregated;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ProportionIntervals",
        description =
                "Every share of decisions by several methods: the interval over patients that the report has, and those of Wilson and of"
                        + " Clopper and Pearson, which take what is counted for independent.")
record ProportionsResponse(
        @Schema(
                        description =
                                "Whether each image is of a patient of its own. Where it is not, Wilson's and Clopper's and Pearson's intervals of"
                                        + " images are usually too narrow, and are here to be held against publications; those of patients hold.")
                boolean imagesAreIndependent,
        @Schema(
                        description =
                                "Of images, then of patients by each aggregation, where the evaluation has figures of patients; of each share"
                                        + " the methods one below the other.")
                List<Row> rows)
        implements Tabular {
    private static final List<String> COLUMNS = List.of(
            "counted",
            "aggregation",
            "class",
            "figure",
            "count",
            "of",
            "method",
            "value",
            "lower",
            "upper",
            "undefinedBecause");

    private static final String OVER_PATIENTS = "patientClusteredWilson";
    private static final String OF_IMAGES = "images";
    private static final String OF_PATIENTS = "patients";

    @Schema(name = "ProportionInterval", description = "A share by one method.")
    record Row(
            @Schema(description = "What is counted: 'images' or 'patients'.", example = OF_IMAGES) String counted,
            @Schema(description = "How a patient's probabilities were made one; absent of images.") @Nullable
                    PatientAggregation aggregation,
            @Schema(
                            description =
                                    "The positive class, or each class or label against everything else; absent of what is of all.",
                            example = "ILL")
                    @Nullable
                    String name,
            @Schema(
                            description =
                                    "'prevalence', 'accuracy', 'recall', 'specificity', 'precision', 'negativePredictiveValue'; of all"
                                            + " classes 'accuracy', of all labels 'subsetAccuracy'.",
                            example = "recall")
                    String figure,
            @Schema(description = "Those of which it is true.", example = "170") long count,
            @Schema(description = "Among so many.", example = "204") long of,
            @Schema(
                            description =
                                    "What the interval's own 'method' says: 'patientClusteredWilson' allows for images of one patient, and is"
                                            + " named where there is no interval over patients; 'wilson' and 'clopperPearson' take what is counted"
                                            + " for independent.",
                            example = "patientClusteredWilson")
                    String method,
            Estimate share) {}

    /** Those of a report of a binary task. */
    static ProportionsResponse of(EvaluationReport report, String positive, @Nullable PatientReport patients) {
        List<Row> rows = new ArrayList<>();
        new Shares(OF_IMAGES, null, report.bootstrap().level(), rows)
                .ofDecisions(
                        positive,
                        report.confusion(),
                        report.prevalence(),
                        report.accuracy(),
                        report.recall(),
                        report.specificity(),
                        report.precision(),
                        report.negativePredictiveValue());
        ofPatients(patients, report.bootstrap().level(), rows);
        return new ProportionsResponse(report.images() == report.patients(), rows);
    }

    /** Those of a report of several classes, or of labels. */
    static ProportionsResponse of(TaskReport report, @Nullable PatientReport patients) {
        List<Row> rows = new ArrayList<>();
        new Shares(OF_IMAGES, null, report.bootstrap().level(), rows).ofReport(report);
        ofPatients(patients, report.bootstrap().level(), rows);
        return new ProportionsResponse(report.images() == report.patients(), rows);
    }

    private static void ofPatients(@Nullable PatientReport patients, double level, List<Row> rows) {
        if (patients == null) {
            return;
        }
        for (Aggregated one : patients.aggregations()) {
            Shares shares = new Shares(OF_PATIENTS, one.aggregation(), level, rows);
            ClassReport binary = one.binary();
            MulticlassReport several = one.multiclass();
            MultilabelReport labelled = one.multilabel();
            if (binary != null) {
                shares.ofClass(binary);
            } else if (several != null) {
                shares.ofReport(several);
            } else if (labelled != null) {
                shares.ofReport(labelled);
            }
        }
    }

    /** Rows of what is counted in one way. */
    private record Shares(String counted, @Nullable PatientAggregation aggregation, double level, List<Row> rows) {
        void ofReport(TaskReport report) {
            Estimate whole = report instanceof MulticlassReport several
                    ? several.accuracy()
                    : ((MultilabelReport) report).subsetAccuracy();
            // a share of so many images, so that this is a whole number but for rounding
            add(
                    null,
                    report instanceof MulticlassReport ? "accuracy" : "subsetAccuracy",
                    Math.round(whole.valueOr(0) * report.images()),
                    report.images(),
                    whole);
            report.classes().forEach(this::ofClass);
        }

        void ofClass(ClassReport report) {
            ofDecisions(
                    report.name(),
                    report.confusion(),
                    report.prevalence(),
                    report.accuracy(),
                    report.recall(),
                    report.specificity(),
                    report.precision(),
                    report.negativePredictiveValue());
        }

        void ofDecisions(
                String name,
                ConfusionMatrix matrix,
                Estimate prevalence,
                @Nullable Estimate accuracy,
                Estimate recall,
                Estimate specificity,
                Estimate precision,
                Estimate negativePredictiveValue) {
            long right = matrix.truePositives() + matrix.trueNegatives();
            add(name, "prevalence", matrix.positives(), matrix.cases(), prevalence);
            if (accuracy != null) {
                add(name, "accuracy", right, matrix.cases(), accuracy);
            }
            add(name, "recall", matrix.truePositives(), matrix.positives(), recall);
            add(name, "specificity", matrix.trueNegatives(), matrix.negatives(), specificity);
            add(name, "precision", matrix.truePositives(), matrix.truePositives() + matrix.falsePositives(), precision);
            add(
                    name,
                    "negativePredictiveValue",
                    matrix.trueNegatives(),
                    matrix.trueNegatives() + matrix.falseNegatives(),
                    negativePredictiveValue);
        }

        private void add(@Nullable String name, String figure, long count, long of, Estimate overPatients) {
            Proportion share = new Proportion(count, of);
            Interval interval = overPatients.interval();
            row(name, figure, share, interval == null ? OVER_PATIENTS : interval.method(), overPatients);
            row(name, figure, share, "wilson", share.wilson(level));
            row(name, figure, share, "clopperPearson", share.clopperPearson(level));
        }

        private void row(@Nullable String name, String figure, Proportion share, String method, Estimate estimate) {
            rows.add(new Row(counted, aggregation, name, figure, share.count(), share.of(), method, estimate));
        }
    }

    @Override
    public CsvTable csv() {
        return new CsvTable(
                COLUMNS, rows.stream().map(ProportionsResponse::cells).toList());
    }

    private static List<Object> cells(Row row) {
        Interval interval = row.share().interval();
        return List.of(
                row.counted(),
                row.aggregation() == null ? "" : WireNames.of(row.aggregation()),
                cell(row.name()),
                row.figure(),
                row.count(),
                row.of(),
                row.method(),
                cell(row.share().value()),
                cell(interval == null ? null : interval.lower()),
                cell(interval == null ? null : interval.upper()),
                cell(row.share().undefinedBecause()));
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
