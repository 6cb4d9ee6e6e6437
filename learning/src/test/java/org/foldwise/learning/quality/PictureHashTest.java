package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.learning.imaging.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureHashTest {
    private static final int SIDE = Thumbnail.SIDE;

    private static byte[] random(long seed) {
        byte[] samples = new byte[SIDE * SIDE];
        new Random(seed).nextBytes(samples);
        return samples;
    }

    private static Thumbnail thumbnail(byte[] samples) {
        return Thumbnail.of(PixelImage.of(SIDE, SIDE, 1, samples));
    }

    @Test
    void theTransformIsTheDoubleSumOfItsDefinition() {
        byte[] samples = random(1);
        double[] coefficients = PictureHash.transform(thumbnail(samples));

        for (int v = 0; v < 8; v++) {
            for (int u = 0; u < 8; u++) {
                double sum = 0;
                for (int y = 0; y < SIDE; y++) {
                    for (int x = 0; x < SIDE; x++) {
                        sum += (samples[y * SIDE + x] & 0xFF)
                                * Math.cos(Math.PI * (2 * x + 1) * u / 64)
                                * Math.cos(Math.PI * (2 * y + 1) * v / 64);
                    }
                }
                assertThat(coefficients[8 * v + u]).isEqualTo(sum, within(1e-7));
            }
        }
    }

    /** The hash of a turn is computed from the upright picture's coefficients; it must be that of the turned picture. */
    @ParameterizedTest
    @EnumSource(Turn.class)
    void theHashOfATurnIsThatOfTheTurnedPicture(Turn turn) {
        Thumbnail upright = thumbnail(random(2));
        byte[] turned = new byte[SIDE * SIDE];
        byte[] negative = new byte[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                turned[y * SIDE + x] = (byte) upright.at(turn, x, y);
                negative[y * SIDE + x] = (byte) (255 - upright.at(turn, x, y));
            }
        }

        assertThat(PictureHash.of(upright).of(turn, false))
                .isEqualTo(PictureHash.of(thumbnail(turned)).upright());
        assertThat(PictureHash.of(upright).of(turn, true))
                .isEqualTo(PictureHash.of(thumbnail(negative)).upright());
    }

    @Test
    void theTurnsAreTheEightSymmetriesOfASquare() {
        Set<String> pictures = new HashSet<>();
        int mirrored = 0;
        for (Turn turn : Turn.values()) {
            StringBuilder corners = new StringBuilder();
            for (int corner = 0; corner < 4; corner++) {
                corners.append(turn.source(corner % 2 * 31, corner / 2 * 31)).append(' ');
            }
            pictures.add(corners.toString());
            mirrored += turn.isMirrored() ? 1 : 0;
        }
        assertThat(pictures).hasSize(8);
        assertThat(mirrored).isEqualTo(4);
        // the upper left corner of a picture turned clockwise was its lower left one
        assertThat(Turn.TURNED_RIGHT.source(0, 0)).isEqualTo(31 * 32);
        assertThat(Turn.TURNED_LEFT.source(0, 0)).isEqualTo(31);
        assertThat(Turn.MIRRORED.source(0, 5)).isEqualTo(5 * 32 + 31);
    }

    @Test
    void theIndexFindsAllHashesWithinSevenBitsOrThreeAndNoOthers() {
        Random random = new Random(3);
        long[] hashes = new long[3000];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = random.nextLong();
            if (i % 3 > 0) {
                hashes[i] = hashes[i - 1];
                for (int flips = random.nextInt(10); flips > 0; flips--) {
                    hashes[i] ^= 1L << random.nextInt(64);
                }
            }
        }
        HashIndex index = new HashIndex(hashes);
        int[] odd = IntStream.range(0, hashes.length / 2).map(i -> 2 * i + 1).toArray();
        HashIndex some = new HashIndex(hashes, odd);
        for (int i = 0; i < 300; i++) {
            Set<Integer> found = new TreeSet<>();
            index.within(hashes[i], found::add);
            Set<Integer> close = new TreeSet<>();
            index.close(hashes[i], close::add);
            Set<Integer> foundOfSome = new TreeSet<>();
            some.within(hashes[i], foundOfSome::add);
            Set<Integer> wanted = new TreeSet<>();
            for (int other = 0; other < hashes.length; other++) {
                if (Long.bitCount(hashes[i] ^ hashes[other]) <= 7) {
                    wanted.add(other);
                }
            }
            assertThat(found).isEqualTo(wanted);
            long hash = hashes[i];
            assertThat(close)
                    .isEqualTo(wanted.stream()
                            .filter(other -> Long.bitCount(hash ^ hashes[other]) <= 3)
                            .collect(Collectors.toSet()));
            assertThat(foundOfSome)
                    .isEqualTo(wanted.stream().filter(other -> other % 2 == 1).collect(Collectors.toSet()));
        }
    }
}
