package org.foldwise.learning.metrics.scored;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.jspecify.annotations.Nullable;

/**
 * A figure that can be named before a test subset is opened. Each has the name of the field of the report that holds it, so that a name
 * can be looked up there; macro and weighted F1 of a binary task are the fields of {@code f1Averages}.
 */
public enum NamedMetric {
    /** Area under the ROC curve of a binary task. */
    ROC_AUC("ROC AUC", Tasks.BINARY),
    /** Average precision of a binary task. */
    AVERAGE_PRECISION("average precision", Tasks.BINARY),
    /** Share of decisions that are right, of exclusive classes. */
    ACCURACY("accuracy", Tasks.EXCLUSIVE),
    /** Mean recall of exclusive classes. */
    BALANCED_ACCURACY("balanced accuracy", Tasks.EXCLUSIVE),
    /** Positive predictive value of a binary task. */
    PRECISION("precision", Tasks.BINARY),
    /** Sensitivity of a binary task. */
    RECALL("recall", Tasks.BINARY),
    /** Specificity of a binary task. */
    SPECIFICITY("specificity", Tasks.BINARY),
    /** Negative predictive value of a binary task. */
    NEGATIVE_PREDICTIVE_VALUE("negative predictive value", Tasks.BINARY),
    /** F1 of a binary task. */
    F1("F1", Tasks.BINARY),
    /** Mean of F1 of both classes of a binary task. */
    MACRO_F1("macro F1", Tasks.BINARY),
    /** The same weighted by numbers of images. */
    WEIGHTED_F1("weighted F1", Tasks.BINARY),
    /** Matthews correlation of exclusive classes. */
    MATTHEWS_CORRELATION("Matthews correlation", Tasks.EXCLUSIVE),
    /** Brier score of exclusive classes. */
    BRIER_SCORE("Brier score", Tasks.EXCLUSIVE),
    /** Log loss of exclusive classes. */
    LOG_LOSS("log loss", Tasks.EXCLUSIVE),
    /** Expected calibration error of a binary task. */
    EXPECTED_CALIBRATION_ERROR("expected calibration error", Tasks.BINARY),
    /** Maximum calibration error of a binary task. */
    MAXIMUM_CALIBRATION_ERROR("maximum calibration error", Tasks.BINARY),
    /** Mean area under the ROC curves of several classes or labels, each against all else. */
    MEAN_ROC_AUC("mean ROC AUC", Tasks.AVERAGED),
    /** Mean average precision of several classes or labels. */
    MEAN_AVERAGE_PRECISION("mean average precision", Tasks.AVERAGED),
    /** Mean F1 of several classes or labels. */
    MEAN_F1("mean F1", Tasks.AVERAGED),
    /** Cohen's kappa of exclusive classes. */
    KAPPA("kappa", Tasks.EXCLUSIVE),
    /** Mean area under the ROC curves of pairs of several exclusive classes. */
    ONE_VERSUS_ONE_ROC_AUC("ROC AUC one against one", Tasks.MULTICLASS),
    /** Expected calibration error of the highest probability of several exclusive classes. */
    TOP_CALIBRATION_ERROR("calibration error of the highest probability", Tasks.MULTICLASS),
    /** Maximum calibration error of the highest probability of several exclusive classes. */
    TOP_MAXIMUM_CALIBRATION_ERROR("maximum calibration error of the highest probability", Tasks.MULTICLASS),
    /** F1 over all decisions on labels. */
    MICRO_F1("micro F1", Tasks.MULTILABEL),
    /** Share of images all of whose labels are right. */
    SUBSET_ACCURACY("all labels right", Tasks.MULTILABEL),
    /** Share of decisions on labels that are wrong. */
    HAMMING_LOSS("Hamming loss", Tasks.MULTILABEL);

    /** Which tasks' reports have a figure. */
    private enum Tasks {
        BINARY,
        EXCLUSIVE,
        MULTICLASS,
        AVERAGED,
        MULTILABEL;

        boolean include(Task task) {
            return switch (this) {
                case BINARY -> task == Task.BINARY;
                case EXCLUSIVE -> task != Task.MULTILABEL;
                case MULTICLASS -> task == Task.MULTICLASS;
                case AVERAGED -> task != Task.BINARY;
                case MULTILABEL -> task == Task.MULTILABEL;
            };
        }
    }

    private final String words;
    private final Tasks tasks;

    NamedMetric(String words, Tasks tasks) {
        this.words = words;
        this.tasks = tasks;
    }

    /** The metric in words for people. */
    public String words() {
        return words;
    }

    /** Whether reports of that task have it. */
    public boolean isOf(Task task) {
        return tasks.include(task);
    }

    /** The metrics of a task, in the order of their declaration. */
    public static List<NamedMetric> of(Task task) {
        return Stream.of(values()).filter(metric -> metric.isOf(task)).toList();
    }

    /** The figure in the report of a binary task; empty if it is of other tasks, or the report from before there was that figure. */
    public Optional<Estimate> in(EvaluationReport report) {
        return Optional.ofNullable(figure(report));
    }

    /** The figure in the report of several classes, or of labels; empty likewise. */
    public Optional<Estimate> in(TaskReport report) {
        return Optional.ofNullable(
                report instanceof MulticlassReport several ? figure(several) : figure((MultilabelReport) report));
    }

    private @Nullable Estimate figure(EvaluationReport report) {
        return switch (this) {
            case ROC_AUC -> report.rocAuc();
            case AVERAGE_PRECISION -> report.averagePrecision();
            case ACCURACY -> report.accuracy();
            case BALANCED_ACCURACY -> report.balancedAccuracy();
            case PRECISION -> report.precision();
            case RECALL -> report.recall();
            case SPECIFICITY -> report.specificity();
            case NEGATIVE_PREDICTIVE_VALUE -> report.negativePredictiveValue();
            case F1 -> report.f1();
            case MATTHEWS_CORRELATION -> report.matthewsCorrelation();
            case BRIER_SCORE -> report.brierScore();
            case LOG_LOSS -> report.logLoss();
            case EXPECTED_CALIBRATION_ERROR -> report.expectedCalibrationError();
            case MAXIMUM_CALIBRATION_ERROR -> report.maximumCalibrationError();
            case KAPPA -> report.kappa();
            case MACRO_F1 ->
                report.f1Averages() == null ? null : report.f1Averages().macro();
            case WEIGHTED_F1 ->
                report.f1Averages() == null ? null : report.f1Averages().weighted();
            default -> null;
        };
    }

    private @Nullable Estimate figure(MulticlassReport report) {
        return switch (this) {
            case ACCURACY -> report.accuracy();
            case BALANCED_ACCURACY -> report.balancedAccuracy();
            case MATTHEWS_CORRELATION -> report.matthewsCorrelation();
            case BRIER_SCORE -> report.brierScore();
            case LOG_LOSS -> report.logLoss();
            case MEAN_ROC_AUC -> report.meanRocAuc();
            case MEAN_AVERAGE_PRECISION -> report.meanAveragePrecision();
            case MEAN_F1 -> report.meanF1();
            case KAPPA -> report.kappa();
            case ONE_VERSUS_ONE_ROC_AUC -> report.oneVersusOneRocAuc();
            case TOP_CALIBRATION_ERROR -> report.topCalibrationError();
            case TOP_MAXIMUM_CALIBRATION_ERROR -> report.topMaximumCalibrationError();
            default -> null;
        };
    }

    private @Nullable Estimate figure(MultilabelReport report) {
        return switch (this) {
            case MEAN_ROC_AUC -> report.meanRocAuc();
            case MEAN_AVERAGE_PRECISION -> report.meanAveragePrecision();
            case MEAN_F1 -> report.meanF1();
            case MICRO_F1 -> report.microF1();
            case SUBSET_ACCURACY -> report.subsetAccuracy();
            case HAMMING_LOSS -> report.hammingLoss();
            default -> null;
        };
    }
}
