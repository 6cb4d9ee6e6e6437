package org.foldwise.learning.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the maps that explain a model's answers show what the answers rest on: figures over a sample of images, each beside what it would
 * be of a map that shows nothing. Sums over many images only; it names none.
 *
 * @param explained for which classes maps were made, in the order of the model's classes
 * @param images in the sample, at most one of a patient and class
 * @param patients whose they are
 * @param blankMaps images in whose maps no place speaks for the class, or all alike; they are in no figure of heat
 * @param draws how often weights were drawn afresh
 * @param inBorder share of the heat in a frame along the edges of the input
 * @param inRegion share of the heat in the rectangle that was asked about; absent where none was
 * @param deletion area under the answer while pixels are blurred, the hottest first; small is good
 * @param insertion area under the answer while pixels are brought back, the hottest first; large is good
 * @param redrawn what is left of the maps after weights were drawn afresh: those of the head alone, then all
 */
public record ExplanationReport(
        List<Explained> explained,
        int images,
        int patients,
        int blankMaps,
        int draws,
        BorderFigure inBorder,
        @Nullable MapFigure inRegion,
        MapFigure deletion,
        MapFigure insertion,
        List<Redrawn> redrawn) {
    public ExplanationReport {
        explained = List.copyOf(explained);
        redrawn = List.copyOf(redrawn);
    }

    /**
     * A class that maps speak for.
     *
     * @param name of the class
     * @param images how many were explained by it
     * @param showing how many of these show it
     */
    public record Explained(String name, int images, int showing) {}

    /**
     * A figure of maps beside that of maps that show nothing.
     *
     * @param images it is over
     * @param mean over images, with an interval by patient
     * @param deviation standard deviation over images; absent of fewer than 2
     * @param baseline what it would be of maps that show nothing, over the same images
     * @param difference mean less baseline, image by image, with an interval by patient
     */
    public record MapFigure(
            int images, Estimate mean, @Nullable Double deviation, Estimate baseline, Estimate difference) {}

    /**
     * The share in the frame.
     *
     * @param width of the frame, as a share of the input's sides
     * @param share beside the frame's share of the area
     */
    public record BorderFigure(double width, MapFigure share) {}

    /**
     * What is left of the maps.
     *
     * <p>The sign of a correlation is that of the draw, so its mean is near 0 over many draws whatever the maps show; how large it is, up or
     * down, says more, beside that with the redrawn map of another image.
     *
     * @param weights which were drawn afresh
     * @param pairs of maps that could be compared, over all images and draws
     * @param correlation mean over them of Spearman's rank correlation of the raw maps; absent where there are none
     * @param standardError of that mean, over draws; absent of fewer than 2
     * @param size mean over draws of the correlation's absolute value, beside that with other images' redrawn maps
     */
    public record Redrawn(
            RedrawnWeights weights,
            int pairs,
            @Nullable Double correlation,
            @Nullable Double standardError,
            MapFigure size) {}

    /** Which weights were drawn afresh. */
    public enum RedrawnWeights {
        /** Those of the head. */
        HEAD,
        /** All of them. */
        ALL
    }
}
