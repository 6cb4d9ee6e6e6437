package org.foldwise.api.weights;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.learning.pretrained.WeightSets;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.foldwise.registry.weights.ImportedWeightSets;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** All weights that have a name here: published ones, whether they are here or not, and imported ones. */
@Component
class Catalogue {
    private static final WeightSets PUBLISHED = WeightSets.TORCHVISION;

    private final ImportedWeightSets imported;
    private final WeightsProperties properties;

    Catalogue(ImportedWeightSets imported, WeightsProperties properties) {
        this.imported = imported;
        this.properties = properties;
    }

    /** Everything, in the order of the names. */
    List<Offer> all() {
        TreeMap<String, Offer> offers = new TreeMap<>();
        PUBLISHED.sets().forEach(set -> offers.put(set.name(), offer(set, null)));
        for (ImportedWeightSet set : imported.findAllByOrderByName()) {
            offers.put(set.name(), offer(PUBLISHED.named(set.name()).orElse(null), set));
        }
        return new ArrayList<>(offers.values());
    }

    /** What is known under that name. */
    Optional<Offer> find(String name) {
        WeightSet published = PUBLISHED.named(name).orElse(null);
        ImportedWeightSet here = imported.findByName(name).orElse(null);
        return published == null && here == null ? Optional.empty() : Optional.of(offer(published, here));
    }

    private Offer offer(@Nullable WeightSet published, @Nullable ImportedWeightSet here) {
        boolean isInDirectory =
                published != null && Files.isRegularFile(properties.directory().resolve(published.fileName()));
        return new Offer(published, here, isInDirectory);
    }
}
