package org.foldwise.learning.augmentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.dataset.synthetic.SyntheticImage;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.RandomStreams;
import org.junit.jupiter.api.Test;

/**
 * The sheet in {@code docs}: a synthetic film with each augmentation's defaults, carried out on every image. With
 * {@code -Dfoldwise.sheet.write=true} the sheet is drawn anew, to be looked at before it is committed.
 */
class AugmentationSheetTest {
    private static final int TILE = 96;
    private static final int GAP = 2;
    private static final int DRAWS = 4;
    private static final int KINDS_ABREAST = 2;
    private static final int COLUMNS = KINDS_ABREAST * (1 + DRAWS);
    private static final String KINDS =
            "rotation, translation, zoom, shear, affine, crop, horizontalFlip, verticalFlip,"
                    + " elastic, brightness, contrast, gamma, noise, blur, cutout, clahe";

    private static List<Augmentation> defaults() {
        String augmentations = Arrays.stream(KINDS.split(", "))
                .map(kind -> "{\"kind\": \"" + kind + "\", \"probability\": 1}")
                .collect(Collectors.joining(", "));
        return PlanJson.read("{\"anatomy\": {\"laterality\": \"irrelevant\", \"upright\": \"irrelevant\"},"
                        + " \"augmentation\": [" + augmentations + "]}")
                .augmentation();
    }

    private static PixelImage film() {
        SyntheticImage first = SyntheticCohort.of(SyntheticCohortSpec.DEFAULT).images().stream()
                .filter(image -> image.opacities().size() > 1)
                .findFirst()
                .orElseThrow();
        return Preprocessing.letterboxed(TILE, 1).toPixels(first.pixels());
    }

    private static PixelImage sheet() {
        List<Augmentation> augmentations = defaults();
        PixelImage film = film();
        int width = COLUMNS * (TILE + GAP);
        int height = augmentations.size() / KINDS_ABREAST * (TILE + GAP);
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) 255);
        for (int kind = 0; kind < augmentations.size(); kind++) {
            int top = kind / KINDS_ABREAST * (TILE + GAP);
            int left = kind % KINDS_ABREAST * (1 + DRAWS) * (TILE + GAP);
            place(film, samples, width, left, top);
            for (int draw = 1; draw <= DRAWS; draw++) {
                SplittableRandom random = RandomStreams.of(42, "sheet", Integer.toString(kind), Integer.toString(draw));
                PixelImage changed = Augmenter.apply(augmentations.get(kind), film, random);
                place(changed, samples, width, left + draw * (TILE + GAP), top);
            }
        }
        return PixelImage.of(width, height, 1, samples);
    }

    private static void place(PixelImage tile, byte[] samples, int width, int left, int top) {
        byte[] rows = tile.samples();
        for (int y = 0; y < TILE; y++) {
            System.arraycopy(rows, y * TILE, samples, (top + y) * width + left, TILE);
        }
    }

    @Test
    void everyAugmentationIsOnTheSheet() {
        assertThat(defaults())
                .extracting(Object::getClass)
                .containsExactlyInAnyOrder(Augmentation.class.getPermittedSubclasses());
    }

    @Test
    void theSheetInTheDocumentationIsWhatThisProgramDraws() throws IOException {
        Path docs = Path.of(System.getProperty("foldwise.root", "..")).resolve("docs");
        Path file = docs.resolve("augmentation.png");
        if (Boolean.getBoolean("foldwise.sheet.write")) {
            Files.write(file, PngEncoder.encode(sheet()));
        }

        PixelImage committed = new ImageDecoder(ImageLimits.DEFAULT)
                .decode(Files.readAllBytes(file))
                .pixels();

        assertThat(committed).isEqualTo(sheet());
        assertThat(Files.readString(docs.resolve("plan.md"))).contains(KINDS);
    }
}
