package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.WeightSetSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WeightSetsTest {
    private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.US_ASCII);

    private static WeightSet set(String fileName, String digestPrefix) {
        return new WeightSet(
                "Mine_Weights.V1",
                BackboneName.RESNET18,
                fileName,
                digestPrefix,
                "my own list",
                PublishedPreprocessing.imageNet(256, ResizeFilter.BILINEAR));
    }

    private static String prefix() {
        return Digest.of(CONTENT).hex().substring(0, 8);
    }

    /** As torchvision 0.29 lists them in its own registry. */
    @ParameterizedTest
    @CsvSource({
        "ResNet18_Weights.IMAGENET1K_V1, RESNET18, resnet18-f37072fd.pth, 256, BILINEAR",
        "ResNet50_Weights.IMAGENET1K_V1, RESNET50, resnet50-0676ba61.pth, 256, BILINEAR",
        "ResNet50_Weights.IMAGENET1K_V2, RESNET50, resnet50-11ad3fa6.pth, 232, BILINEAR",
        "DenseNet121_Weights.IMAGENET1K_V1, DENSENET121, densenet121-a639ec97.pth, 256, BILINEAR",
        "EfficientNet_B0_Weights.IMAGENET1K_V1, EFFICIENTNET_B0, efficientnet_b0_rwightman-7f5810bc.pth, 256, BICUBIC",
        "MobileNet_V2_Weights.IMAGENET1K_V1, MOBILENET_V2, mobilenet_v2-b0353104.pth, 256, BILINEAR",
        "MobileNet_V2_Weights.IMAGENET1K_V2, MOBILENET_V2, mobilenet_v2-7ebf99e0.pth, 232, BILINEAR"
    })
    void knowWhatTorchvisionPublishes(
            String name, BackboneName backbone, String fileName, int resize, ResizeFilter interpolation) {
        WeightSet set = WeightSets.TORCHVISION.named(name).orElseThrow();
        assertThat(set.backbone()).isEqualTo(backbone);
        assertThat(set.fileName()).isEqualTo(fileName).endsWith("-" + set.digestPrefix() + ".pth");
        assertThat(set.preprocessing())
                .isEqualTo(new PublishedPreprocessing(
                        resize, 224, interpolation, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));
    }

    @Test
    void sayWhatAPlanMustSayToSeeImagesTheSameWay() {
        PublishedPreprocessing published =
                WeightSets.TORCHVISION.of(BackboneName.EFFICIENTNET_B0).get(0).preprocessing();

        assertThat(published.imageSpec(3))
                .isEqualTo(new ImageSpec(
                        224,
                        3,
                        ImageSpec.Aspect.CENTRE_CROP,
                        256,
                        ResizeFilter.BICUBIC,
                        ImageSpec.Contrast.NONE,
                        ImageSpec.Normalisation.IMAGENET));
        assertThat(published.imageSpec(3).preprocessing().steps())
                .contains(new Preprocessing.Step.Normalize(published.mean(), published.std()));
    }

    @ParameterizedTest
    @EnumSource
    void haveSomeForEveryBackbone(BackboneName backbone) {
        assertThat(WeightSets.TORCHVISION.of(backbone)).isNotEmpty().allMatch(set -> set.backbone() == backbone);
    }

    @Test
    void takeSetsOfOnesOwnButNoNameTwice() {
        WeightSet mine = set("mine.safetensors", prefix());
        WeightSets sets = WeightSets.TORCHVISION.with(mine);
        assertThat(sets.named("Mine_Weights.V1")).contains(mine);
        assertThat(WeightSets.TORCHVISION.named("Mine_Weights.V1")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> sets.with(mine)).withMessageContaining("Mine_Weights.V1");
    }

    @Test
    void findAFileByItsDigest(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("mine.pth"), CONTENT);
        assertThat(set("mine.pth", prefix()).find(folder)).isEqualTo(file);
        assertThat(set("mine.pth", Digest.of(CONTENT).hex()).find(folder)).isEqualTo(file);
    }

    @Test
    void sayWhatToFetchAndWhereToPutIt(@TempDir Path folder) {
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> set("mine.pth", prefix()).find(folder))
                .withMessageContaining("Mine_Weights.V1")
                .withMessageContaining(
                        "fetch 'mine.pth' (its SHA-256 begins with " + prefix() + "; my own list lists it as")
                .withMessageContaining("put it into " + folder);
    }

    @Test
    void takeWhatAnOperatorDescribes(@TempDir Path folder) throws IOException {
        String sha256 = Digest.of(CONTENT).hex();
        WeightSet described = WeightSet.described(
                "RadNet-1",
                new WeightSetSpec(
                        BackboneName.RESNET50,
                        "radnet.pth",
                        sha256,
                        List.of(new WeightSetSpec.Renaming("encoder.", "")),
                        true,
                        null));
        assertThat(described.mapping()).isEqualTo(new NameMapping(Map.of("encoder.", "")));
        assertThat(described.ignoresUnexpected()).isTrue();
        assertThat(described.preprocessing()).isNull();
        assertThat(described.whatToFetch()).isEqualTo("'radnet.pth' (its SHA-256 is " + sha256 + ")");
        Path file = Files.write(folder.resolve("radnet.pth"), CONTENT);
        assertThat(described.find(folder)).isEqualTo(file);
        Files.writeString(file, "other");
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> described.find(folder))
                .withMessageContaining("should be " + sha256);
    }

    @Test
    void refuseAFileOfAnotherDigest(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("mine.pth"), CONTENT);
        assertThatExceptionOfType(WeightsUnavailableException.class)
                .isThrownBy(() -> set("mine.pth", "00000000").find(folder))
                .withMessageContaining(Digest.of(CONTENT).hex())
                .withMessageContaining("should begin with 00000000");
    }

    @ParameterizedTest
    @CsvSource({
        "../mine.pth, 00000000",
        "a/b.pth, 00000000",
        "'', 00000000",
        ".hidden, 00000000",
        "mine.pth, 0000000",
        "mine.pth, 0000000G",
        "mine.pth, ''"
    })
    void refuseNamesThatLeadElsewhereAndDigestsThatSayLittle(String fileName, String digestPrefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> set(fileName, digestPrefix));
    }
}
