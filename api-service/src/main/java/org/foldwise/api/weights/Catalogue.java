package org.foldwise.api.weights;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.learning.pretrained.WeightSets;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.foldwise.registry.weights.ImportedWeightSets;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** All weights that have a name here: published ones and those that the operator describes, here or not, and imported ones. */
@Component
class Catalogue {
    private static final WeightSets PUBLISHED = WeightSets.TORCHVISION;

    private final ImportedWeightSets imported;
    private final DescribedWeightSets described;
    private final WeightsProperties properties;

    Catalogue(ImportedWeightSets imported, DescribedWeightSets described, WeightsProperties properties) {
        this.imported = imported;
        this.described = described;
        this.properties = properties;
    }

    /** Everything, in the order of the names. */
    List<Offer> all() {
        TreeMap<String, Offer> offers = new TreeMap<>();
        Stream.concat(PUBLISHED.sets().stream(), described.all().stream())
                .forEach(set -> offers.put(set.name(), offer(set, null)));
        for (ImportedWeightSet set : imported.findAllByOrderByName()) {
            Offer known = offers.get(set.name());
            offers.put(set.name(), offer(known == null ? null : known.known(), set));
        }
        return new ArrayList<>(offers.values());
    }

    /** What is known under that name. */
    Optional<Offer> find(String name) {
        WeightSet known = PUBLISHED.named(name).or(() -> described.find(name)).orElse(null);
        ImportedWeightSet here = imported.findByName(name).orElse(null);
        return known == null && here == null ? Optional.empty() : Optional.of(offer(known, here));
    }

    /** What is wrong with the operator's description of weights of that name; nothing where there is none, or nothing wrong. */
    List<String> mistakesInDescription(String name) {
        return described.mistakes(name);
    }

    private Offer offer(@Nullable WeightSet known, @Nullable ImportedWeightSet here) {
        boolean isInDirectory =
                known != null && Files.isRegularFile(properties.directory().resolve(known.fileName()));
        return new Offer(known, here, isInDirectory);
    }
}
