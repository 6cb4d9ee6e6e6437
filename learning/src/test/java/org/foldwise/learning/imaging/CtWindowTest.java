package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Windows on real CT against pictures that others drew. The folder has 100 slices as films of 256 x 256 at centre 40 and width 400, made
 * of the original 512 x 512, and as DICOM of 128 x 128 whose values are means of 4 x 4 voxels. A window of means is the mean of a window
 * but where its ends cut in, so that both agree to a few grey levels and no more.
 */
@Tag("reference")
class CtWindowTest {
    private static final String FOLDER = "tcga-luad-ct-contrast/";

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    private static Preprocessing shown(double centre, double width) {
        return Preprocessing.letterboxed(128, 1).shownBy(new Preprocessing.Step.Window(centre, width));
    }

    @Test
    void theSoftTissueWindowIsThatOfTheFilms(TestReporter reporter) {
        List<String> rows = new String(ReferenceFiles.data(FOLDER + "manifest.csv"), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .map(row -> row.split(",", 2)[0])
                .toList();
        double soft = 0;
        double worst = 0;
        double lung = 0;
        double own = 0;
        for (String film : rows) {
            byte[] file = ReferenceFiles.data(
                    FOLDER + film.replace("images/", "dicom-128/").replace(".png", ".dcm"));
            PixelImage wanted = decoder.decode(ReferenceFiles.data(FOLDER + film))
                    .pixels()
                    .resized(128, 128, ResizeFilter.BILINEAR);
            double difference = difference(decoder.decode(file, shown(40, 400)), wanted);
            soft += difference / rows.size();
            worst = Math.max(worst, difference);
            lung += difference(decoder.decode(file, shown(-600, 1500)), wanted) / rows.size();
            own += difference(decoder.decode(file), wanted) / rows.size();
        }
        reporter.publishEntry(
                "mean difference in grey levels",
                "soft tissue %.2f (worst slice %.2f), lung %.2f, the files' own %.2f"
                        .formatted(soft, worst, lung, own));

        assertThat(rows).hasSize(100);
        assertThat(worst).isLessThan(8);
        assertThat(lung).isGreaterThan(10 * soft);
    }

    private static double difference(DecodedImage image, PixelImage wanted) {
        byte[] ours = image.pixels().samples();
        byte[] theirs = wanted.samples();
        assertThat(ours).hasSameSizeAs(theirs);
        long sum = 0;
        for (int i = 0; i < ours.length; i++) {
            sum += Math.abs((ours[i] & 0xFF) - (theirs[i] & 0xFF));
        }
        return (double) sum / ours.length;
    }
}
