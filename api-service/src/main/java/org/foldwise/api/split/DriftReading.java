package org.foldwise.api.split;

import java.util.HashMap;
import java.util.Map;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.quality.KeptMeasures;
import org.foldwise.learning.quality.SplitDrift;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.KeptImage;
import org.foldwise.registry.dataset.KnownAttributes;
import org.foldwise.registry.dataset.MeasuredImage;
import org.foldwise.registry.dataset.StoredRows;
import org.springframework.stereotype.Component;

/**
 * Finds out whether the roles of a split can be told apart, from what is kept of a frozen dataset: no image is opened, and of those to
 * test on neither labels nor answers are looked at.
 */
@Component
public class DriftReading {
    private final DatasetImages images;
    private final KnownAttributes attributes;

    DriftReading(DatasetImages images, KnownAttributes attributes) {
        this.images = images;
        this.attributes = attributes;
    }

    /** Whether the roles of {@code split} can be told apart, which is one of {@code dataset}, whose images are those of {@code cohort}. */
    public SplitDrift of(Dataset dataset, Cohort cohort, Split split) {
        return SplitDrift.of(
                split, cohort, StoredRows.read(dataset, () -> measures(dataset)), attributes.of(dataset, cohort));
    }

    private Map<String, KeptMeasures> measures(Dataset dataset) {
        Map<String, KeptMeasures> measures = new HashMap<>();
        for (KeptImage image : images.kept(dataset.id())) {
            measures.put(image.measures().name(), measures(image));
        }
        return measures;
    }

    private static KeptMeasures measures(KeptImage image) {
        MeasuredImage measures = image.measures();
        return new KeptMeasures(
                image.mediaType() + " " + image.bitDepth() + " " + image.channels(),
                image.width(),
                image.height(),
                image.sizeBytes(),
                measures.mean(),
                measures.deviation(),
                measures.entropy(),
                measures.sharpness(),
                measures.blackShare(),
                measures.whiteShare(),
                measures.border(),
                measures.pictureHash());
    }
}
