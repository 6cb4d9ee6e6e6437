package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.pretrained.ImageDifference.Kind;
import org.junit.jupiter.api.Test;

class ImageDifferenceTest {
    private static final PublishedPreprocessing BILINEAR = PublishedPreprocessing.imageNet(256, ResizeFilter.BILINEAR);

    private static List<Kind> kinds(PublishedPreprocessing published, int size, int channels) {
        return published.differencesTo(new ImageSpec(size, channels, ImageSpec.Aspect.LETTERBOX)).stream()
                .map(ImageDifference::kind)
                .toList();
    }

    @Test
    void findsNoneWhereAPlanDoesTheSame() {
        assertThat(kinds(BILINEAR, 224, 3)).isEmpty();
    }

    @Test
    void findsSizeAndColourWithBothSides() {
        assertThat(kinds(BILINEAR, 128, 1)).containsExactly(Kind.SIZE, Kind.COLOUR);
        assertThat(BILINEAR.differencesTo(new ImageSpec(128, 3, ImageSpec.Aspect.STRETCH)))
                .extracting(ImageDifference::detail)
                .containsExactly("the weights were trained on 224 x 224 pixels, the plan shows 128 x 128");
    }

    @Test
    void findsAnotherFilter() {
        PublishedPreprocessing bicubic = PublishedPreprocessing.imageNet(256, ResizeFilter.BICUBIC);
        assertThat(kinds(bicubic, 224, 3)).containsExactly(Kind.INTERPOLATION);
        assertThat(bicubic.differencesTo(new ImageSpec(224, 3, ImageSpec.Aspect.STRETCH))
                        .get(0)
                        .detail())
                .isEqualTo("the weights were trained on images scaled by the bicubic filter, the plan's are by the"
                        + " bilinear one");
        assertThat(bicubic.differencesTo(bicubic.imageSpec(3))).isEmpty();
    }

    @Test
    void findsAnotherNormalisation() {
        PublishedPreprocessing halves = new PublishedPreprocessing(
                224, 224, ResizeFilter.BILINEAR, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
        assertThat(kinds(halves, 224, 3)).containsExactly(Kind.NORMALISATION);
        assertThat(kinds(halves, 224, 1)).containsExactly(Kind.COLOUR, Kind.NORMALISATION);
        assertThat(halves.differencesTo(new ImageSpec(224, 1, ImageSpec.Aspect.STRETCH))
                        .get(1)
                        .detail())
                .contains("mean [0.5, 0.5, 0.5]")
                .contains("the plan's are normalised by mean [0.449]");
    }

    @Test
    void toldOfANormalisationThatIsFitted() {
        ImageSpec fitted = new ImageSpec(
                224,
                3,
                ImageSpec.Aspect.STRETCH,
                0,
                org.foldwise.learning.imaging.ResizeFilter.BILINEAR,
                ImageSpec.Contrast.NONE,
                ImageSpec.Normalisation.FITTED);
        assertThat(BILINEAR.differencesTo(fitted)).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(ImageDifference.Kind.NORMALISATION);
            assertThat(difference.detail()).contains("each fold's training images");
        });
    }
}
