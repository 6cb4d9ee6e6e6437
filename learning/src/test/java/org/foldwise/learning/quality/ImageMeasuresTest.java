package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageMeasuresTest {
    private static ImageMeasures measures(int width, int height, IntBinaryOperator value) {
        byte[] samples = new byte[width * height];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) value.applyAsInt(i % width, i / width);
        }
        PixelImage pixels = PixelImage.of(width, height, 1, samples);
        ImageHeader header = new ImageHeader(ImageFormat.PNG, width, height, 1, 8, 1, false, false, 1);
        return ImageMeasures.of(new DecodedImage(pixels, header), samples.length, List.of());
    }

    @Test
    void anImageOfOneValueHasNoEntropyNoSharpnessAndNoContrast() {
        ImageMeasures constant = measures(40, 30, (x, y) -> 128);

        assertThat(constant.entropy()).isZero();
        assertThat(constant.sharpness()).isZero();
        assertThat(constant.standardDeviation()).isZero();
        assertThat(constant.border()).isZero();
        assertThat(constant.aspectRatio()).isEqualTo(4.0 / 3);
    }

    /** On a chess board every Laplacian is 4 (a - b) or its negative: variance 16 (a - b)^2 where both are equally many. */
    @Test
    void aChessBoardHasTheSharpnessOfTheFormula() {
        ImageMeasures board = measures(42, 42, (x, y) -> (x + y) % 2 == 0 ? 10 : 30);

        assertThat(board.sharpness()).isEqualTo(16.0 * 20 * 20, within(1e-9));
        assertThat(board.entropy()).isEqualTo(1, within(1e-12));
        assertThat(board.mean()).isEqualTo(20, within(1e-12));
        assertThat(board.standardDeviation()).isEqualTo(10, within(1e-12));
    }

    @Test
    void allGreyValuesEquallyOftenHaveEightBits() {
        ImageMeasures ramp = measures(256, 20, (x, y) -> x);

        assertThat(ramp.entropy()).isEqualTo(8, within(1e-12));
        assertThat(ramp.sharpness()).isEqualTo(0, within(1e-9));
        assertThat(ramp.blackShare()).isEqualTo(1 / 256.0, within(1e-12));
        assertThat(ramp.whiteShare()).isEqualTo(1 / 256.0, within(1e-12));
    }

    @Test
    void measuresFramesOnEverySide() {
        ImageMeasures framed = measures(100, 50, (x, y) -> x < 5 ? 0 : x >= 90 ? 250 : y < 5 ? 3 : 100 + (x + y) % 20);

        assertThat(framed.borders()).containsExactly(new double[] {0.05, 0.0, 0.1, 0.0}, within(1e-12));
        assertThat(framed.border()).isEqualTo(0.1);
    }

    @Test
    void framesOfAnyFlatGreyAreFramesAndShadesAreNone() {
        ImageMeasures padded = measures(100, 50, (x, y) -> x < 5 ? 114 : x >= 90 ? 116 : 60 + (7 * x + 5 * y) % 90);
        assertThat(padded.borders()).containsExactly(new double[] {0.05, 0.0, 0.1, 0.0}, within(1e-12));
        assertThat(padded.frame()).isEqualTo(ImageMeasures.Frame.OTHER);
        ImageMeasures white = measures(100, 50, (x, y) -> x < 5 ? 255 : y < 1 ? 0 : 60 + (7 * x + 5 * y) % 90);
        assertThat(white.frame()).isEqualTo(ImageMeasures.Frame.WHITE);

        for (ImageMeasures shaded : List.of(
                measures(100, 50, (x, y) -> 30 + 2 * x),
                measures(100, 50, (x, y) -> x < 10 ? 114 : 60 + x),
                measures(100, 50, (x, y) -> x < 10 ? 110 + 2 * (y % 4) : 60 + (7 * x + 5 * y) % 90),
                measures(100, 50, (x, y) -> 100))) {
            assertThat(shaded.border()).isZero();
        }
    }

    /** A head on black ground, in a square that is white or grey. */
    @ParameterizedTest
    @ValueSource(ints = {255, 128, 0})
    void theGroundWithinPaddingIsNoBorder(int padding) {
        Random random = new Random(6);
        ImageMeasures padded = measures(100, 100, (x, y) -> {
            boolean isHead = Math.hypot(x - 50, y - 50) < 30;
            return x < 10 || x >= 90 ? padding : isHead ? 100 + random.nextInt(100) : random.nextInt(6);
        });

        // what is black within black cannot be told from it
        double[] sides = padding == 0 ? new double[] {0.21, 0.21, 0.21, 0.21} : new double[] {0.1, 0, 0.1, 0};
        assertThat(padded.borders()).containsExactly(sides, within(0.011));
    }

    @Test
    void seesStrokesInACornerButNoBrightCorner() {
        assertThat(isMarked(measures(100, 100, (x, y) -> x > 4 && x < 7 && y < 10 ? 255 : 40)))
                .isTrue();
        assertThat(isMarked(measures(100, 100, (x, y) -> x < 20 ? 255 : 40))).isFalse();
        assertThat(isMarked(measures(100, 100, (x, y) -> 40))).isFalse();
    }

    /** The edge of a body that reaches into a corner, however sharp, and single bright specks are no letters. */
    @Test
    void whatIsBrightInACornerIsNoStrokeForThat() {
        assertThat(isMarked(measures(100, 100, (x, y) -> x + y < 22 ? 250 : 40)))
                .isFalse();
        Random random = new Random(4);
        for (int film = 0; film < 300; film++) {
            PixelImage chest = DrawnChest.film(random, 64 + film % 3 * 32);

            assertThat(isMarked(measured(chest))).as("film %d", film).isFalse();
            assertThat(isMarked(measured(FilmCohort.marked(chest))))
                    .as("film %d, marked", film)
                    .isTrue();
        }
    }

    /** Of any grey and size, flush with the corner or off it, on noise. */
    @Test
    void aFlatRectangleInACornerIsAMark() {
        Random random = new Random(11);
        for (int side : new int[] {5, 9, 14, 20}) {
            for (int value : new int[] {0, 60, 255}) {
                for (int off : new int[] {0, 1, 3}) {
                    int from = 99 - off - side;
                    ImageMeasures patched = measures(
                            100,
                            100,
                            (x, y) -> x > from && x <= 99 - off && y >= off && y < off + side
                                    ? value
                                    : 120 + random.nextInt(40));

                    assertThat(Mark.CORNERS)
                            .as("%d pixels of %d, %d off", side, value, off)
                            .filteredOn(patched::isPatched)
                            .containsExactly(Mark.UPPER_RIGHT);
                }
            }
        }
    }

    /** What has no sharp sides all around, goes on beyond the corner, or is round. */
    @Test
    void frameShadesAndDiscsAreNoRectangles() {
        List<IntBinaryOperator> others = List.of(
                (x, y) -> y < 8 ? 0 : 120 + (7 * x + 5 * y) % 40,
                (x, y) -> x > 90 ? 200 : 120 + (7 * x + 5 * y) % 40,
                (x, y) -> x < 20 && y < 15 ? 120 : 120 + 2 * Math.max(x - 20, y - 15),
                (x, y) -> x - y > 80 ? 0 : 120 + (7 * x + 5 * y) % 40,
                (x, y) -> Math.hypot(x - 12, y - 12) < 8 ? 20 : 120 + (7 * x + 5 * y) % 40,
                (x, y) -> x < 40 && y < 30 ? 10 : 120 + (7 * x + 5 * y) % 40);
        for (int i = 0; i < others.size(); i++) {
            assertThat(isMarked(measures(100, 100, others.get(i))))
                    .as("case %d", i)
                    .isFalse();
        }
    }

    /** Squares of a cohort that lie anywhere are what it shows: those in corners are no marks. */
    @Test
    void rectanglesThatAreAnywhereAreNoMarks() {
        Random random = new Random(8);
        List<ImageMeasures> anywhere = new ArrayList<>();
        for (int image = 0; image < 60; image++) {
            int left = random.nextInt(88);
            int top = random.nextInt(88);
            anywhere.add(measures(
                    100,
                    100,
                    (x, y) -> x >= left && x < left + 12 && y >= top && y < top + 12 ? 200 : 90 + random.nextInt(20)));
        }
        CornerMarks marks = new CornerMarks(anywhere);

        assertThat(anywhere).anyMatch(image -> Mark.CORNERS.stream().anyMatch(image::isPatched));
        assertThat(IntStream.range(0, 60).filter(marks::hasAny)).isEmpty();
    }

    /** Nuclei look like rectangles, and half of the images have some anywhere: a label in one corner of the ill goes with them all the same. */
    @Test
    void rectanglesInACornerOfTheIllAreToldFromThoseThatAreAnywhere() {
        CornerMarks labels = squares(image -> true, image -> image % 3 == 0);
        assertThat(labels.arePatchesMarks()).isFalse();
        assertThat(labels.doPatchesGoWith(image -> image % 3 == 0)).isTrue();
        assertThat(labels.doPatchesGoWith(image -> image % 3 != 0)).isTrue();
        assertThat(labels.doPatchesGoWith(image -> image % 5 == 0)).isFalse();

        CornerMarks lesions = squares(image -> image % 3 == 0, image -> false);
        assertThat(lesions.arePatchesMarks()).isFalse();
        assertThat(lesions.doPatchesGoWith(image -> image % 3 == 0)).isFalse();
    }

    /** Of 90 images: five squares anywhere on noise, and one in the lower right corner. */
    private static CornerMarks squares(IntPredicate anywhere, IntPredicate inTheCorner) {
        Random random = new Random(9);
        List<ImageMeasures> images = new ArrayList<>();
        for (int image = 0; image < 90; image++) {
            List<int[]> squares = new ArrayList<>();
            for (int i = 0; i < 5 && anywhere.test(image); i++) {
                squares.add(new int[] {random.nextInt(92), random.nextInt(92)});
            }
            if (inTheCorner.test(image)) {
                squares.add(new int[] {86, 87});
            }
            images.add(measures(
                    100,
                    100,
                    (x, y) ->
                            squares.stream().anyMatch(at -> x >= at[0] && x < at[0] + 8 && y >= at[1] && y < at[1] + 8)
                                    ? 200
                                    : 90 + random.nextInt(20)));
        }
        return new CornerMarks(images);
    }

    private static boolean isMarked(ImageMeasures image) {
        return new CornerMarks(List.of(image)).hasAny(0);
    }

    /** At each edge, midway between the corners; what is bright at an edge without being a stroke is none. */
    @Test
    void seesStrokesAtAnEdge() {
        List<IntBinaryOperator> strokes = List.of(
                (x, y) -> y >= 40 && y < 50 && x > 4 && x < 7 ? 255 : 40,
                (x, y) -> x >= 60 && x < 70 && y > 4 && y < 7 ? 255 : 40,
                (x, y) -> y >= 40 && y < 50 && x > 93 && x < 96 ? 255 : 40,
                (x, y) -> x >= 60 && x < 70 && y > 93 && y < 96 ? 255 : 40);
        for (int i = 0; i < strokes.size(); i++) {
            int edge = i;
            ImageMeasures marked = measures(100, 100, strokes.get(i));

            assertThat(Mark.EDGES).filteredOn(marked::has).containsExactly(Mark.EDGES.get(edge));
            assertThat(isMarked(marked)).isFalse();
        }
        ImageMeasures wide = measures(100, 100, (x, y) -> y < 8 && x > 30 && x < 45 ? 255 : 40);
        assertThat(Mark.EDGES).noneMatch(wide::has);
    }

    /** Of drawn chests without a mark hardly one has what looks like one at an edge; at the upper one, which is bright, most marks are seen. */
    @Test
    void seesHardlyAStrokeAtEdgesWhereNoneIs() {
        Random random = new Random(4);
        int marked = 0;
        int seen = 0;
        for (int film = 0; film < 300; film++) {
            PixelImage chest = DrawnChest.film(random, 96 + film % 2 * 32);
            marked += Mark.EDGES.stream().anyMatch(measured(chest)::has) ? 1 : 0;
            seen += measured(FilmCohort.markedAtTheEdge(chest)).has(Mark.UPPER_EDGE) ? 1 : 0;
        }

        assertThat(marked).isLessThan(10);
        assertThat(seen).isGreaterThan(150);
    }

    private static ImageMeasures measured(PixelImage film) {
        return ImageMeasures.of(
                new DecodedImage(
                        film, new ImageHeader(ImageFormat.PNG, film.width(), film.height(), 1, 8, 1, false, false, 1)),
                1000,
                List.of());
    }

    @Test
    void outliersAreFarFromTheMedianInRobustDeviations() {
        double[] values = new double[50];
        Arrays.setAll(values, i -> i % 5);
        values[7] = 40;
        boolean[] outlying = Outliers.outlying(values);
        assertThat(outlying[7]).isTrue();
        outlying[7] = false;
        assertThat(outlying).containsOnly(false);
    }

    @Test
    void whereNearlyAllAgreeTheOthersAreOutliers() {
        double[] values = new double[120];
        values[3] = 0.1;
        assertThat(Outliers.outlying(values)[3]).isTrue();
        values[8] = 0.8;
        assertThat(Outliers.outlying(values)[3]).isTrue();
        assertThat(Outliers.outlying(values)[8]).isTrue();
        for (int i = 0; i < 50; i++) {
            values[i] = 0.1;
        }
        assertThat(Outliers.outlying(values)).containsOnly(false);
    }

    /** Every measure and every grey value comes back, of images of all sorts. */
    @Test
    void comesBackFromItsRecord() {
        FilmCohort films =
                FilmCohort.of(SyntheticCohortSpec.DEFAULT.withPatients(4).withImageSize(96));
        films.change(film -> true, FilmCohort::marked);
        films.change(entry -> FilmCohort.isIll(entry), film -> FilmCohort.padded(film, 0.05));
        for (FilmCohort.Entry entry : films.entries()) {
            DecodedImage decoded = new DecodedImage(
                    entry.pixels(),
                    new ImageHeader(
                            ImageFormat.DICOM,
                            entry.pixels().width(),
                            entry.pixels().height(),
                            1,
                            12,
                            3,
                            true,
                            true,
                            5,
                            29.5,
                            true,
                            4));
            ByteBuffer record = ByteBuffer.allocate(ImageMeasures.RECORD_BYTES);
            ImageMeasures.record(decoded, 7_000_000_000L, record);
            assertThat(record.remaining()).isZero();
            Intensities counted = new Intensities();
            Intensities expected = new Intensities();

            ImageMeasures back = ImageMeasures.read(record.flip(), List.of(counted));

            assertThat(back.thumbnail().isFramed() || !FilmCohort.isIll(entry)).isTrue();
            assertThat(back)
                    .usingRecursiveComparison()
                    .isEqualTo(ImageMeasures.of(decoded, 7_000_000_000L, List.of(expected)));
            assertThat(counted.summary()).isEqualTo(expected.summary());
        }
    }
}
