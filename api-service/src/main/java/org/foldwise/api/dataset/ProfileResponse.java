package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.dataset.ImbalanceLevel;
import org.jspecify.annotations.Nullable;

@Schema(name = "DatasetProfile", description = "What one looks at before splitting a dataset.")
record ProfileResponse(
        @Schema(example = "5216") int images,
        @Schema(example = "2846") int patients,
        @Schema(description = "Of a binary task first the negative, then the positive class.")
                List<ClassCounts> classes,
        @Schema(description = "How many patients have how many images.") List<Occurrence> imagesPerPatient,
        @Schema(description = "Images that show none of the labels.", example = "0") @Nullable
                Integer imagesWithoutLabel,
        @Schema(description = "Patients whose images differ in their labels.", example = "0")
                int patientsWithSeveralLabels,
        Imbalance imbalance,
        @Schema(description = "Width in pixels, upright.") Distribution width,
        @Schema(description = "Height in pixels, upright.") Distribution height,
        @Schema(description = "Width divided by height.") Distribution aspectRatio,
        @Schema(description = "How many images have how many channels.") List<Occurrence> channels,
        @Schema(description = "How many images were stored with how many bits a sample.")
                List<Occurrence> bitsPerSample,
        Intensities intensity) {

    @Schema(name = "ProfileClassCounts", description = "The counts of one class.")
    record ClassCounts(
            @Schema(example = "PNEUMONIA") String name,
            @Schema(example = "3875") int images,
            @Schema(example = "1640") int patients,
            @Schema(example = "2.36") double imagesPerPatient) {}

    @Schema(name = "Occurrence", description = "A value and how often it occurs.")
    record Occurrence(@Schema(example = "1") int value, @Schema(example = "5216") int count) {}

    @Schema(name = "Imbalance", description = "How unequal the classes are.")
    record Imbalance(
            @Schema(description = "Images of the largest class per image of the smallest.", example = "2.89")
                    double ratio,
            ImbalanceLevel level) {}

    @Schema(name = "Distribution", description = "Where values lie.")
    record Distribution(
            @Schema(example = "224") double minimum,
            @Schema(example = "224") double mean,
            @Schema(example = "224") double median,
            @Schema(example = "224") double maximum) {}

    @Schema(
            name = "Intensities",
            description = "Grey values of the decoded images, 0 to 255; each image weighs the same.")
    record Intensities(
            @Schema(example = "122.8") double mean,
            @Schema(example = "60.1") double standardDeviation,
            List<Quantile> quantiles,
            @Schema(description = "Shares of 32 equally wide bins from 0 to 255; they add up to 1.")
                    List<Double> histogram) {}

    @Schema(name = "Quantile", description = "The grey value below or at which a share of the images' area lies.")
    record Quantile(@Schema(example = "0.5") double share, @Schema(example = "126") int value) {}
}
