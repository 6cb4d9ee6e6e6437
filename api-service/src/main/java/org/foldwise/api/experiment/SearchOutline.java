package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.search.Rung;
import org.foldwise.registry.search.SearchCandidate;
import org.foldwise.registry.search.SearchDesign;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Schema(name = "SearchOutline", description = "What a search would look at.")
record SearchOutline(List<Candidate> candidates, List<SearchRung> rungs) {

    @Schema(name = "PlanSetting", description = "One field of a plan, as a candidate has it.")
    record Setting(
            @Schema(description = "Where it stands in the plan.", example = "/optimizer/learningRate") String pointer,
            @Schema(description = "Its value.") JsonNode value) {}

    @Schema(name = "SearchCandidate", description = "A candidate of a search.")
    record Candidate(
            @Schema(description = "0 for the first.", example = "0") int candidate,
            @Schema(description = "What it has instead of the experiment's plan.") List<Setting> settings,
            @Schema(description = "SHA-256 of its plan's canonical JSON.") String planDigest) {
        static Candidate of(SearchCandidate candidate, JsonMapper mapper) {
            return new Candidate(
                    candidate.candidate(),
                    mapper.readValue(candidate.settings(), new TypeReference<>() {}),
                    candidate.planDigest().hex());
        }
    }

    @Schema(name = "SearchRung", description = "A step of a search at which candidates are compared.")
    record SearchRung(
            @Schema(description = "0 for the first.", example = "0") int rung,
            @Schema(
                            description = "How long candidates are trained; absent where that is their own matter.",
                            example = "5")
                    @Nullable
                    Integer epochs,
            @Schema(description = "How many candidates there are, if so many are left.", example = "9")
                    int candidates) {
        static SearchRung of(Rung rung) {
            return new SearchRung(rung.index(), rung.epochs(), rung.candidates());
        }
    }

    static SearchOutline of(SearchDesign design, JsonMapper mapper) {
        return new SearchOutline(
                design.candidates().stream()
                        .map(candidate -> Candidate.of(candidate, mapper))
                        .toList(),
                design.rungs().stream().map(SearchRung::of).toList());
    }
}
