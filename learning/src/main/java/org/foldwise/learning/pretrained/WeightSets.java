package org.foldwise.learning.pretrained;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.imaging.ResizeFilter;

/**
 * The weights that can be asked for by name.
 *
 * @param sets in the order in which they are offered, no name twice
 */
public record WeightSets(List<WeightSet> sets) {
    /** What torchvision has published for the backbones here, trained on ImageNet's 1000 classes. */
    public static final WeightSets TORCHVISION = new WeightSets(List.of(
            imageNet("ResNet18_Weights.IMAGENET1K_V1", BackboneName.RESNET18, "resnet18", "f37072fd", 256),
            imageNet("ResNet50_Weights.IMAGENET1K_V1", BackboneName.RESNET50, "resnet50", "0676ba61", 256),
            imageNet("ResNet50_Weights.IMAGENET1K_V2", BackboneName.RESNET50, "resnet50", "11ad3fa6", 232),
            imageNet("DenseNet121_Weights.IMAGENET1K_V1", BackboneName.DENSENET121, "densenet121", "a639ec97", 256),
            new WeightSet(
                    "EfficientNet_B0_Weights.IMAGENET1K_V1",
                    BackboneName.EFFICIENTNET_B0,
                    "efficientnet_b0_rwightman-7f5810bc.pth",
                    "7f5810bc",
                    PublishedPreprocessing.imageNet(256, ResizeFilter.BICUBIC)),
            imageNet("MobileNet_V2_Weights.IMAGENET1K_V1", BackboneName.MOBILENET_V2, "mobilenet_v2", "b0353104", 256),
            imageNet(
                    "MobileNet_V2_Weights.IMAGENET1K_V2", BackboneName.MOBILENET_V2, "mobilenet_v2", "7ebf99e0", 232)));

    public WeightSets {
        sets = List.copyOf(sets);
        Set<String> names = new LinkedHashSet<>();
        for (WeightSet set : sets) {
            if (!names.add(set.name())) {
                throw new IllegalArgumentException("there are two sets of weights called " + set.name());
            }
        }
    }

    private static WeightSet imageNet(
            String name, BackboneName backbone, String file, String digestPrefix, int resize) {
        return new WeightSet(
                name,
                backbone,
                file + "-" + digestPrefix + ".pth",
                digestPrefix,
                PublishedPreprocessing.imageNet(resize, ResizeFilter.BILINEAR));
    }

    /** These and one more, perhaps trained by oneself. */
    public WeightSets with(WeightSet set) {
        return new WeightSets(Stream.concat(sets.stream(), Stream.of(set)).toList());
    }

    /** The set of that name. */
    public Optional<WeightSet> named(String name) {
        return sets.stream().filter(set -> set.name().equals(name)).findFirst();
    }

    /** Those of that backbone. */
    public List<WeightSet> of(BackboneName backbone) {
        return sets.stream().filter(set -> set.backbone() == backbone).toList();
    }
}
