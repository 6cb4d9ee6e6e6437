package org.foldwise.learning.metrics.scored;

import java.util.List;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.Estimate;

/** What a model of several classes, or of labels, is worth on a set of images; of a binary task that is an {@code EvaluationReport}. */
public sealed interface TaskReport permits MulticlassReport, MultilabelReport {
    /** Number of images. */
    int images();

    /** Number of patients among them. */
    int patients();

    /** How many classes some images show and others do not. All averages are over these. */
    int judgedClasses();

    /** Mean area under the ROC curve of each class against the others. */
    Estimate meanRocAuc();

    /** Mean average precision of each class against the others. */
    Estimate meanAveragePrecision();

    /** Mean F1. */
    Estimate meanF1();

    /** Each class by itself, in the order of the classes. */
    List<ClassReport> classes();

    /** How intervals were computed. */
    BootstrapSpec bootstrap();

    /**
     * The report of scored images, whatever their order.
     *
     * @param images at least one, not of a binary task
     * @param decision chosen before, on other images
     * @param bootstrap how intervals are computed
     */
    static TaskReport of(ScoredImages images, Decision decision, BootstrapSpec bootstrap) {
        if (images instanceof ScoredImages.Multiclass several && decision instanceof Decision.MostProbable) {
            return MulticlassReport.of(several, bootstrap);
        }
        if (images instanceof ScoredImages.Multilabel labelled
                && decision instanceof Decision.LabelThresholds thresholds) {
            return MultilabelReport.of(labelled, thresholds, bootstrap);
        }
        throw new IllegalArgumentException("images of " + images.task().words() + " cannot be decided by " + decision);
    }
}
