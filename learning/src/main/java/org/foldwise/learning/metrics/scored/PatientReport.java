package org.foldwise.learning.metrics.scored;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.F1Averages;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.PatientAggregation;
import org.jspecify.annotations.Nullable;

/**
 * What a model is worth where patients are counted, not images: by each way of making one probability of those of a patient's images. Every
 * case of its reports is a patient, so that what they call images are patients as well, and nothing is clustered any more.
 *
 * @param patients number of patients
 * @param labelRule how what a patient shows follows from what the patient's images show
 * @param conflicting patients whose images differ in what they show, for whom the rule had to decide
 * @param aggregations of every aggregation, in their order
 */
public record PatientReport(int patients, PatientLabelRule labelRule, int conflicting, List<Aggregated> aggregations) {
    public PatientReport {
        aggregations = List.copyOf(aggregations);
    }

    /**
     * The figures by one aggregation; one of the three reports is there.
     *
     * @param binary of a binary task, the positive class, with the threshold for patients
     * @param multiclass of several exclusive classes
     * @param multilabel of labels, with the thresholds for patients
     * @param f1Averages of a binary task, F1 of both classes averaged; absent of others, and in reports from before there were these
     */
    public record Aggregated(
            PatientAggregation aggregation,
            @Nullable ClassReport binary,
            @Nullable MulticlassReport multiclass,
            @Nullable MultilabelReport multilabel,
            @Nullable F1Averages f1Averages) {}

    /**
     * The report of the patients of scored images.
     *
     * @param images at least one, with the probabilities that are decided on
     * @param labels of all of the images' patients
     * @param labelRule that the labels follow
     * @param decisions on patients
     */
    public static PatientReport of(
            ScoredImages images,
            PatientLabels labels,
            PatientLabelRule labelRule,
            PatientDecisions decisions,
            BootstrapSpec bootstrap) {
        Set<PatientId> patients = new HashSet<>(images.patients());
        return new PatientReport(
                patients.size(),
                labelRule,
                (int) labels.conflicting().stream().filter(patients::contains).count(),
                decisions.byAggregation().entrySet().stream()
                        .map(entry -> aggregated(
                                entry.getKey(),
                                images.perPatient(entry.getKey(), labels.shown()),
                                entry.getValue(),
                                bootstrap))
                        .toList());
    }

    private static Aggregated aggregated(
            PatientAggregation aggregation, ScoredImages patients, Decision decision, BootstrapSpec bootstrap) {
        if (patients instanceof ScoredImages.Binary binary && decision instanceof Decision.AtThreshold threshold) {
            OneVersusRest positive =
                    OneVersusRest.at(threshold.choice(), binary.classes().get(1), binary.cases(), bootstrap);
            return new Aggregated(aggregation, positive.report(), null, null, positive.f1Averages());
        }
        TaskReport report = TaskReport.of(patients, decision, bootstrap);
        return new Aggregated(
                aggregation,
                null,
                report instanceof MulticlassReport several ? several : null,
                report instanceof MultilabelReport labelled ? labelled : null,
                null);
    }

    /** The figures by one aggregation. */
    public Aggregated by(PatientAggregation aggregation) {
        return aggregations.stream()
                .filter(one -> one.aggregation() == aggregation)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are no figures by " + aggregation));
    }
}
