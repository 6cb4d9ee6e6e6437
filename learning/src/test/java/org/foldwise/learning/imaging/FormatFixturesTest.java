package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** TIFF, WebP and CMYK JPEG files with what Pillow reads from them; see {@code src/test/python/format_fixtures.py}. */
class FormatFixturesTest {
    private static final int MUTATIONS = 3000;
    private static final Duration SLOWEST = Duration.ofSeconds(1);
    private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20, 4096, 1);
    /** Three samples a pixel of what is decoded, four of a lossless picture before and five beside its alpha, and what is small. */
    private static final long MOST_MEMORY = 24 * LIMITS.maximumPixels() + (8 << 20);

    private static final int MOST_PREFIXES = 1500;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ImageDecoder decoder = new ImageDecoder(LIMITS);

    record Refused(String file, String code, String why) {}

    static List<String> read() {
        return fixtures().get("read").valueStream().map(JsonNode::asString).toList();
    }

    static List<Refused> refused() {
        return fixtures()
                .get("refused")
                .valueStream()
                .map(one -> new Refused(
                        one.get("file").asString(),
                        one.get("code").asString(),
                        one.get("why").asString()))
                .toList();
    }

    static List<String> all() {
        return Stream.concat(read().stream(), refused().stream().map(Refused::file))
                .toList();
    }

    static LongStream seeds() {
        String replayed = System.getProperty("tests.seed", "");
        return replayed.isEmpty() ? LongStream.of(1, 2) : LongStream.of(Long.parseLong(replayed));
    }

    private static JsonNode fixtures() {
        return JsonMapper.shared().readTree(file("fixtures.json"));
    }

    static byte[] file(String name) {
        try (InputStream stream = FormatFixturesTest.class.getResourceAsStream("formats/" + name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("read")
    void readsThePixelsThatPillowReads(String name) {
        PixelImage pillows = decoder.decode(file(name + ".png")).pixels();

        DecodedImage image = decoder.decode(file(name));

        assertThat(image.pixels().withChannels(3).samples())
                .isEqualTo(pillows.withChannels(3).samples());
        assertThat(image.header()).isEqualTo(decoder.inspect(file(name)));
        assertThat(image.header().width()).isEqualTo(image.pixels().width());
        assertThat(image.header().height()).isEqualTo(image.pixels().height());
        assertThat(image.header().channels()).isEqualTo(image.pixels().channels());
        assertThat(image.header().hasTrailingData()).isFalse();
        assertThat(image.header().hasTextMetadata()).isEqualTo(name.startsWith("with-text"));
        assertThat(image.header().frames()).isEqualTo(name.startsWith("pages") ? 5 : 1);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatIsNotReadForItsReason(Refused fixture) {
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> decoder.decode(file(fixture.file())))
                .withMessageContaining(fixture.why())
                .satisfies(refusal -> assertThat(refusal.defect().code()).isEqualTo(fixture.code()));
    }

    /** A file may be cut within what its pixels do not need, such as a padding byte; it never shows anything else then. */
    @ParameterizedTest
    @MethodSource("read")
    void refusesAFileThatIsCutAnywhere(String name) {
        byte[] whole = file(name);
        PixelImage pixels = decoder.decode(whole).pixels();
        int step = Math.max(1, whole.length / MOST_PREFIXES);
        int read = 0;
        for (int length = whole.length - 1; length >= 0; length -= length > whole.length - 100 ? 1 : step) {
            try {
                assertThat(decoder.decode(Arrays.copyOf(whole, length)).pixels())
                        .isEqualTo(pixels);
                read++;
            } catch (UnreadableImageException refusal) {
                assertThat(refusal.defect())
                        .isIn(
                                ImageDefect.EMPTY,
                                ImageDefect.UNSUPPORTED_FORMAT,
                                ImageDefect.TRUNCATED,
                                ImageDefect.CORRUPT);
            }
        }

        assertThat(read).isLessThanOrEqualTo(name.equals("pages.tif") ? 15 : name.endsWith(".tif") ? 1 : 0);
    }

    /**
     * Lossy pictures have no checksum, but a wrong byte puts their arithmetic decoder out of step, so that it seldom ends where it
     * should. The codes of lossless pictures fall into step again, and nobody notices.
     */
    @ParameterizedTest
    @CsvSource({"lossy-large.webp, 90", "lossy-30.webp, 60"})
    void noticesMostDamageWithinLossyPictures(String name, int leastPercent) {
        SplittableRandom random = new SplittableRandom(7);
        byte[] sound = file(name);
        int noticed = 0;
        for (int i = 0; i < 100; i++) {
            byte[] damaged = sound.clone();
            damaged[random.nextInt(40, damaged.length)] ^= (byte) random.nextInt(1, 256);
            try {
                decoder.decode(damaged);
            } catch (UnreadableImageException refusal) {
                noticed++;
            }
        }

        assertThat(noticed).isGreaterThanOrEqualTo(leastPercent);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(120)
    void anyDamageEndsInAnImageOrARefusal(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> sound = all().stream().map(FormatFixturesTest::file).toList();
        Map<ImageDefect, Integer> refusals = new EnumMap<>(ImageDefect.class);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = sound.get(random.nextInt(sound.size())).clone();
            // the headers of these formats lie in the first bytes, or the last ones of some TIFF files
            int at =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(mutant.length);
                        case 1 -> mutant.length - 1 - random.nextInt(Math.min(mutant.length, 300));
                        default -> random.nextInt(Math.min(mutant.length, 300));
                    };
            mutant[at] = (byte) random.nextInt(256);
            read += isRead(mutant, refusals, i) ? 1 : 0;
        }

        assertThat(refusals).containsKeys(ImageDefect.CORRUPT, ImageDefect.TRUNCATED, ImageDefect.UNSUPPORTED_ENCODING);
        assertThat(read).isPositive();
    }

    private boolean isRead(byte[] mutant, Map<ImageDefect, Integer> refusals, int index) {
        long memory = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        boolean read = false;
        try {
            DecodedImage image = decoder.decode(mutant);
            assertThat(image.pixels().width()).isEqualTo(image.header().width());
            assertThat(image.pixels().height()).isEqualTo(image.header().height());
            assertThat((long) image.pixels().width() * image.pixels().height())
                    .isLessThanOrEqualTo(LIMITS.maximumPixels());
            read = true;
        } catch (UnreadableImageException refusal) {
            refusals.merge(refusal.defect(), 1, Integer::sum);
        } catch (RuntimeException | Error e) {
            fail("mutation " + index + " caused " + e, e);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - memory)
                .as("memory of mutation %s", index)
                .isLessThan(MOST_MEMORY);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("time of mutation %s", index)
                .isLessThan(SLOWEST);
        return read;
    }
}
