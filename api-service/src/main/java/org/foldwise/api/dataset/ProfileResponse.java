package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.dataset.ImbalanceLevel;
import org.foldwise.learning.quality.ImbalanceStrategy;
import org.foldwise.learning.split.Role;
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
        Intensities intensity,
        @Schema(description = "Counts of the folders train, validation and test that the dataset came with.") @Nullable
                List<RoleCounts> roles,
        @Schema(description = "Grey values of each class's images.") @Nullable
                List<ClassIntensities> intensityOfClasses,
        @Nullable Pictures pictures,
        @Schema(description = "What is said of the images beside patient and label.") @Nullable List<Metadata> metadata,
        @Nullable Sources sources) {

    @Schema(name = "ProfileRoleCounts", description = "The counts of a role that the dataset came with.")
    record RoleCounts(
            Role role,
            @Schema(example = "624") int images,
            @Schema(example = "427") int patients,
            List<ClassCounts> classes) {}

    @Schema(name = "ClassIntensities", description = "The grey values of one class.")
    record ClassIntensities(@Schema(example = "PNEUMONIA") String name, Intensities intensity) {}

    @Schema(name = "PictureMeasures", description = "How much is to be seen on the images.")
    record Pictures(
            @Schema(description = "Of the grey values, in bits.") Distribution entropy,
            @Schema(description = "Variance of the Laplacian.") Distribution sharpness,
            @Schema(description = "Share of pixels at 0, where nothing can be told apart.") Distribution blackShare,
            @Schema(description = "Share of pixels at 255, the same.") Distribution whiteShare) {}

    @Schema(name = "Metadata", description = "What is said of the images under one name.")
    record Metadata(
            @Schema(description = "site, date or a column of the manifest.", example = "view") String name,
            @Schema(example = "2") int distinctValues,
            @Schema(description = "Most frequent first; empty where there are more than 20.") List<ValueCount> values,
            @Schema(description = "How many images of each class have none.") List<ClassCount> missing,
            @Schema(
                            description =
                                    "How many images without any label have none; absent in profiles of older datasets.",
                            example = "0")
                    @Nullable
                    Integer missingWithoutLabel,
            @Schema(
                            description =
                                    "How many images have none, whatever they show; absent in profiles of older datasets.",
                            example = "0")
                    @Nullable
                    Integer missingImages) {}

    @Schema(name = "ValueCount", description = "A value and how many images have it.")
    record ValueCount(@Schema(example = "AP") String value, @Schema(example = "567") int images) {}

    @Schema(name = "ClassCount", description = "How many images of a class.")
    record ClassCount(@Schema(example = "PNEUMONIA") String name, @Schema(example = "0") int images) {}

    @Schema(name = "ProfileSources", description = "Counts that must agree.")
    record Sources(
            @Schema(
                            description =
                                    "Rows below the manifest's header, of the label table of a DICOM tree one for each key; absent without"
                                            + " either.",
                            example = "1000")
                    @Nullable
                    Integer manifestRows,
            @Schema(description = "Image files that were uploaded.", example = "1000") int files,
            @Schema(description = "Of these, files that are no image of the dataset.", example = "0")
                    int unusedFiles) {}

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
            ImbalanceLevel level,
            @Schema(description = "What fits; to be chosen from, as two together correct twice.") @Nullable
                    List<ImbalanceStrategy> strategies) {}

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
