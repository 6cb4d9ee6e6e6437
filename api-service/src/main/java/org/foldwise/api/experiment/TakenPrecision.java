package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.provenance.Provenance;

@Schema(
        name = "TakenPrecision",
        description =
                "What runs of one experiment were computed in, where its plan leaves that to the machine that trains.")
record TakenPrecision(
        @Schema(description = "While training.", example = "bfloat16") String precision,
        @Schema(description = "Whenever the model answers.", example = "float32") String predictionPrecision,
        @Schema(description = "How many finished runs.", example = "5") int runs) {
    /** Of runs that have succeeded, by what they were made from; the precisions of the first that finished come first. */
    static List<TakenPrecision> of(List<String> provenances) {
        Map<List<String>, Integer> counts = new LinkedHashMap<>();
        for (String document : provenances) {
            Provenance provenance = ReportJson.read(Provenance.class, document);
            counts.merge(List.of(provenance.precision(), provenance.predictionPrecision()), 1, Integer::sum);
        }
        List<TakenPrecision> taken = new ArrayList<>();
        counts.forEach((precisions, runs) -> taken.add(new TakenPrecision(precisions.get(0), precisions.get(1), runs)));
        return taken;
    }
}
