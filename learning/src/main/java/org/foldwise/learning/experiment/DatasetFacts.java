package org.foldwise.learning.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a dataset before an experiment on it starts.
 *
 * @param modality such as {@code X-ray}, where it is said, by the dataset or by all files alike
 * @param bodyPart such as {@code chest}, where it is said, by the dataset or by files; all of several
 * @param images number of images
 * @param patients number of patients
 * @param datedImages number of images with a day of examination
 * @param sites number of different sites
 * @param patientsWithSeveralLabels number of patients whose images carry more than one label
 * @param pixels what the images are like; absent where nobody has looked
 * @param concerns what the dataset's own check found, waived or not: those that a person should see before a training
 */
public record DatasetFacts(
        @Nullable String modality,
        @Nullable String bodyPart,
        int images,
        int patients,
        int datedImages,
        int sites,
        int patientsWithSeveralLabels,
        @Nullable Pixels pixels,
        List<Concern> concerns) {
    public DatasetFacts {
        concerns = List.copyOf(concerns);
    }

    /**
     * What the images are like.
     *
     * @param narrowest smallest width divided by height
     * @param widest largest width divided by height
     * @param medianSide median of the heights in pixels
     * @param colourImages number of images with colour
     * @param shadesOnly number of images that hold no values in a unit of their modality
     */
    public record Pixels(double narrowest, double widest, double medianSide, int colourImages, int shadesOnly) {}

    /**
     * A finding about the dataset.
     *
     * @param code as the dataset's findings spell it
     * @param severity as the dataset's findings spell it
     * @param evidence what was found
     */
    public record Concern(String code, String severity, String evidence) {}
}
