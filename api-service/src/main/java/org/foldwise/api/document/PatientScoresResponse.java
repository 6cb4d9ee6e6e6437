package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.PatientDecisions;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.ScoredImages;

@Schema(
        name = "PatientScores",
        description =
                "The patients behind an evaluation's figures of patients; one row for each patient, class and aggregation, of a binary task"
                        + " of its positive class.")
record PatientScoresResponse(
        @Schema(description = "How what a patient shows follows from what the patient's images show.")
                PatientLabelRule labelRule,
        List<Row> rows)
        implements Tabular {
    private static final List<String> COLUMNS =
            List.of("patient", "images", "class", "shown", "aggregation", "probability", "called");

    @Schema(name = "PatientScore", description = "What the model said of a class of one patient, by one aggregation.")
    record Row(
            @Schema(description = "The patient's key within the dataset.", example = "p1") String patient,
            @Schema(description = "How many of the patient's were judged.", example = "3") int images,
            @Schema(example = "Effusion") String name,
            @Schema(description = "In truth, by the label rule.") boolean shown,
            PatientAggregation aggregation,
            @Schema(example = "0.87") double probability,
            @Schema(description = "At the threshold for patients; of several classes the most probable.")
                    boolean called) {}

    /**
     * The scores of the patients whose images were judged.
     *
     * @param images as they were scored, with the names of their classes
     * @param shown what each patient shows
     * @param report what was made of them
     */
    static PatientScoresResponse of(ScoredImages images, Map<PatientId, List<String>> shown, PatientReport report) {
        Map<PatientId, Integer> count = new HashMap<>();
        images.patients().forEach(patient -> count.merge(patient, 1, Integer::sum));
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<PatientAggregation, Decision> one :
                PatientDecisions.of(report).byAggregation().entrySet()) {
            ScoredImages patients = images.perPatient(one.getKey(), shown);
            for (int k = images.task() == Task.BINARY ? 1 : 0;
                    k < images.classes().size();
                    k++) {
                Set<String> called = one.getValue().called(patients, k);
                for (ScoredCase patient : patients.against(k)) {
                    rows.add(new Row(
                            patient.patient().value(),
                            count.getOrDefault(patient.patient(), 0),
                            images.classes().get(k),
                            patient.positive(),
                            one.getKey(),
                            patient.probability(),
                            called.contains(patient.image())));
                }
            }
        }
        return new PatientScoresResponse(report.labelRule(), rows);
    }

    @Override
    public CsvTable csv() {
        return new CsvTable(
                COLUMNS,
                rows.stream()
                        .map(row -> List.<Object>of(
                                row.patient(),
                                row.images(),
                                row.name(),
                                row.shown(),
                                WireNames.of(row.aggregation()),
                                row.probability(),
                                row.called()))
                        .toList());
    }
}
