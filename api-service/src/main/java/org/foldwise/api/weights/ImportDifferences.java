package org.foldwise.api.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.registry.weights.ImportedWeightSet;

/** What a description says otherwise today than when its file was imported. It may be changed then, what was imported may not. */
final class ImportDifferences {
    private ImportDifferences() {}

    /** In words, each a clause of its own; empty where trainings begin with what the description speaks of. */
    static List<String> of(WeightSet known, ImportedWeightSet imported) {
        List<String> differences = new ArrayList<>();
        if (!known.isFile(imported.file().digest())) {
            differences.add("the weights were imported with the SHA-256 "
                    + imported.file().digest() + ", by their description it " + known.shouldBe());
        }
        if (known.backbone() != imported.backbone()) {
            differences.add("the weights were imported as those of " + WireNames.of(imported.backbone())
                    + ", by their description they are of " + WireNames.of(known.backbone()));
        }
        Map<String, String> described = known.mapping().beginnings();
        if (!described.equals(imported.mapping())) {
            differences.add("the weights were imported with " + words(imported.mapping()) + ", their description has "
                    + words(described));
        }
        return differences;
    }

    private static String words(Map<String, String> mapping) {
        return mapping.isEmpty() ? "no mapping of names" : "the mapping of names " + new TreeMap<>(mapping);
    }
}
