package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.metrics.ScoredCase;

@Schema(name = "ScoredCases", description = "The cases behind an evaluation's figures.")
record CasesResponse(
        @Schema(description = "A probability of at least that much is called positive.", example = "0.43")
                double threshold,
        List<Case> cases) {

    @Schema(name = "ScoredCase", description = "One image, its class in truth, and what the model said.")
    record Case(
            @Schema(description = "Name within its dataset.", example = "ILL/p1_0.png") String image,
            @Schema(description = "The patient's key within the dataset.", example = "p1") String patient,
            @Schema(description = "In truth.") boolean positive,
            @Schema(example = "0.87") double probability,
            @Schema(description = "At the threshold.") boolean calledPositive) {}

    static CasesResponse of(List<ScoredCase> cases, double threshold) {
        return new CasesResponse(
                threshold,
                cases.stream()
                        .map(scored -> new Case(
                                scored.image(),
                                scored.patient().value(),
                                scored.positive(),
                                scored.probability(),
                                scored.probability() >= threshold))
                        .toList());
    }

    CsvTable csv() {
        List<List<Object>> rows = new ArrayList<>();
        for (Case one : cases) {
            rows.add(List.of(one.image(), one.patient(), one.positive(), one.probability(), one.calledPositive()));
        }
        return new CsvTable(List.of("image", "patient", "positive", "probability", "calledPositive"), rows);
    }
}
