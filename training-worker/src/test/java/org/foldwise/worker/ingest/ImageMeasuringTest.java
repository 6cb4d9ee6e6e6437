package org.foldwise.worker.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Pictures;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.quality.ImageMeasures;
import org.foldwise.learning.quality.Intensities;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.DirectoryArtifactStore;
import org.foldwise.worker.StoredImages;
import org.foldwise.worker.WorkerProperties;
import org.foldwise.worker.WorkerVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.util.unit.DataSize;

class ImageMeasuringTest {
    private static final UUID DATASET = UUID.fromString("018f3c1e-7a54-7cc3-9a1e-0242ac120002");

    @TempDir
    Path directory;

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final List<ImageRecord> images = new ArrayList<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private ArtifactStore store;
    private RecordCache cache;
    private ImageMeasuring measuring;

    @BeforeEach
    void start() {
        store = new DirectoryArtifactStore(directory.resolve("artifacts"), Clock.systemUTC());
        cache = new RecordCache(directory.resolve("cache"), 1 << 30, Clock.systemUTC());
        context.registerBean(ArtifactStore.class, () -> store);
        context.registerBean(RecordCache.class, () -> cache);
        context.registerBean(WorkerVersion.class, () -> new WorkerVersion("0.1.0"));
        context.registerBean(
                WorkerProperties.class,
                () -> new WorkerProperties("", 2, "cpu", null, null, DataSize.ofGigabytes(1), Duration.ofSeconds(20)));
        context.register(StoredImages.class, ImageMeasuring.class);
        context.refresh();
        measuring = context.getBean(ImageMeasuring.class);
    }

    @AfterEach
    void end() {
        context.close();
    }

    private static byte[] film(int number) {
        BufferedImage film = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                film.getRaster().setSample(x, y, 0, (x * 5 + y * (number % 7 + 1) + number) % 256);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(film, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private ImageRecord add(String name, byte[] file) {
        store.put(file);
        ImageRecord image = new ImageRecord(name, Digest.of(file), new PatientId("p"), "ill", null, null);
        images.add(image);
        sizes.put(name, (long) file.length);
        return image;
    }

    /** A volume of so many slices of 40 x 30 voxels of 8 bits; the shades of each slice are those of the film of its number. */
    private static byte[] volume(int slices) {
        ByteBuffer file = ByteBuffer.allocate(352 + slices * 1200).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 348).put(344, "n+1".getBytes(StandardCharsets.US_ASCII));
        file.putShort(40, (short) 3)
                .putShort(42, (short) 40)
                .putShort(44, (short) 30)
                .putShort(46, (short) slices);
        file.putShort(70, (short) 2).putFloat(108, 352);
        for (int z = 0; z < slices; z++) {
            for (int y = 0; y < 30; y++) {
                for (int x = 0; x < 40; x++) {
                    // shown with the front on top and the right on the left
                    int shade = (39 - x) * 5 + (29 - y) * (z % 7 + 1) + z;
                    file.put(352 + (z * 30 + y) * 40 + x, (byte) shade);
                }
            }
        }
        return file.array();
    }

    /** Frames are measured as films of the same pixels are, but for what the file says. */
    @Test
    void measuresFramesAsTheFilmsThatTheyAre() throws Exception {
        byte[] file = volume(130);
        ImageRecord volume = add("volume.nii", file);
        images.clear();
        for (int slice = 0; slice < 130; slice += 2) {
            images.add(volume.ofFrame(slice, 130));
            sizes.put(images.get(images.size() - 1).name(), (long) file.length);
        }
        List<ImageRecord> frames = List.copyOf(images);
        List<ImageMeasures> measured = measure().measures();
        images.clear();
        for (int slice = 0; slice < 130; slice += 2) {
            add("film %03d".formatted(slice), film(slice));
        }

        List<ImageMeasures> ofFilms = measure().measures();

        assertThat(measured).hasSize(65);
        for (int i = 0; i < frames.size(); i++) {
            ImageMeasures frame = measured.get(i);
            ImageMeasures film = ofFilms.get(i);
            assertThat(frame.pictureHash()).as(frames.get(i).name()).isEqualTo(film.pictureHash());
            assertThat(frame.mean()).isEqualTo(film.mean());
            assertThat(frame.sharpness()).isEqualTo(film.sharpness());
            assertThat(frame.header().frames()).isEqualTo(130);
        }
        assertThat(measured.stream().map(ImageMeasures::mean).distinct().count())
                .isGreaterThan(40);

        // what is computed of frames is found by their file
        assertThat(cache.forget(Pictures.ofFiles(Set.of(volume.content())))).isPositive();
        assertThat(cache.forget(Pictures.ofFiles(Set.of(volume.content())))).isZero();
    }

    @Test
    void namesTheFramesThatCannotBeDecoded() throws Exception {
        ByteBuffer file = ByteBuffer.allocate(352 + 4 * 1200 * 5).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, volume(1), 0, 352);
        file.putShort(46, (short) 5).putShort(70, (short) 16).putFloat(352 + 4 * 1200 * 3, Float.POSITIVE_INFINITY);
        ImageRecord volume = add("volume.nii", file.array());
        images.clear();
        for (int slice = 0; slice < 5; slice++) {
            images.add(volume.ofFrame(slice, 5));
            sizes.put("volume.nii#" + slice, 1L);
        }

        ImageMeasuring.Outcome outcome = measure();

        assertThat(outcome.defects())
                .singleElement()
                .satisfies(defect -> assertThat(defect.image().name()).isEqualTo("volume.nii#3"));
    }

    private void addFilms(int count) {
        for (int i = 0; i < count; i++) {
            add("film %03d".formatted(i), film(i));
        }
    }

    private ImageMeasuring.Outcome measure(Intensities intensities) throws InterruptedException {
        told.clear();
        return measuring.measure(
                DATASET, images, sizes, image -> List.of(intensities), (done, of) -> told.add(done + " of " + of));
    }

    private ImageMeasuring.Outcome measure() throws InterruptedException {
        return measure(new Intensities());
    }

    private static List<String> means(ImageMeasuring.Outcome outcome) {
        return outcome.measures().stream()
                .map(measures -> measures.mean() + " " + measures.entropy() + " " + measures.fileBytes())
                .toList();
    }

    private static List<String> names(ImageMeasuring.Outcome outcome) {
        return outcome.defects().stream().map(defect -> defect.image().name()).toList();
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".records")).count();
        }
    }

    @Test
    void measuresInPortionsAndASecondTimeDecodesNothing() throws Exception {
        addFilms(40);
        Intensities first = new Intensities();
        Intensities second = new Intensities();

        ImageMeasuring.Outcome measured = measure(first);

        assertThat(segments()).isEqualTo(3);
        assertThat(told).hasSize(41).contains("1 of 40", "17 of 40").endsWith("40 of 40", "40 of 40");
        images.forEach(image -> store.delete(new ArtifactKey(image.content())));
        assertThat(means(measure(second))).isEqualTo(means(measured));
        assertThat(told).containsExactly("40 of 40");
        assertThat(second.summary()).isEqualTo(first.summary());
    }

    /** Portions before the one that was broken off are there. */
    @Test
    void goesOnWithThePortionInWhichItEnded() throws Exception {
        addFilms(40);
        assertThatIllegalStateException()
                .isThrownBy(() -> measuring.measure(DATASET, images, sizes, image -> List.of(), (done, of) -> {
                    if (done == 20) {
                        throw new IllegalStateException("the lease is lost");
                    }
                }))
                .withMessage("the lease is lost");

        measure();

        assertThat(told).startsWith("17 of 40").hasSize(25);
    }

    @Test
    void equalFilesAreMeasuredOnceAndCountedAsOftenAsTheyAreThere() throws Exception {
        addFilms(2);
        Intensities once = new Intensities();
        measure(once);
        add("a copy", film(1));
        Intensities withCopy = new Intensities();

        ImageMeasuring.Outcome outcome = measure(withCopy);

        assertThat(told).containsExactly("2 of 2");
        assertThat(means(outcome)).hasSize(3);
        assertThat(means(outcome).get(2)).isEqualTo(means(outcome).get(1));
        assertThat(withCopy.summary()).isNotEqualTo(once.summary());
    }

    /** Also when they are known to be unreadable, and then people are told how far it is, and may break off. */
    @Test
    void namesAllUnreadableImagesInTheirOrderEachTime() throws Exception {
        byte[] broken = "no film".getBytes(StandardCharsets.UTF_8);
        add("z broken", broken);
        addFilms(20);
        add("a broken", Arrays.copyOf(film(3), 60));
        add("copy of z", broken);

        for (int time = 0; time < 2; time++) {
            ImageMeasuring.Outcome refused = measure();

            assertThat(refused.measures()).isEmpty();
            assertThat(names(refused)).containsExactly("z broken", "a broken", "copy of z");
            assertThat(refused.defects().get(0).reason())
                    .hasMessage(refused.defects().get(2).reason().getMessage());
        }
        assertThat(told).containsExactly("22 of 22", "21 of 22", "22 of 22");
        assertThatIllegalStateException()
                .isThrownBy(() -> measuring.measure(DATASET, images, sizes, image -> List.of(), (done, of) -> {
                    if (done < of) {
                        throw new IllegalStateException("cancelled");
                    }
                }))
                .withMessage("cancelled");
        images.removeIf(image -> image.name().contains("broken") || image.name().contains("copy"));
        assertThat(measure().measures()).hasSize(20);
        assertThat(told).containsExactly("20 of 20");
    }

    /** What the cache says of a file that could not be decoded once is not believed. */
    @Test
    void measuresWhatCanBeDecodedByNow() throws Exception {
        addFilms(3);
        List<String> right = means(measure());
        cache.forget(images.stream().map(ImageRecord::content).collect(Collectors.toSet()));
        ImageRecord mended = images.get(1);
        cache.fill(
                measuring.shelf(DATASET),
                List.of(mended.content()),
                (contents, sink) -> sink.put(
                        contents.get(0),
                        ByteBuffer.allocate(measuring.shelf(DATASET).recordBytes())));

        for (int time = 0; time < 2; time++) {
            ImageMeasuring.Outcome outcome = measure();

            assertThat(outcome.defects()).isEmpty();
            assertThat(means(outcome)).isEqualTo(right);
        }
    }

    @Test
    void anotherDatasetHasMeasuresOfItsOwn() throws Exception {
        addFilms(1);
        measure();
        List<String> other = new ArrayList<>();

        measuring.measure(
                UUID.randomUUID(), images, sizes, image -> List.of(), (done, of) -> other.add(done + " of " + of));

        assertThat(other).containsExactly("1 of 1", "1 of 1");
    }

    /** Whoever changes what is measured, and with it this digest, names another method: the caches of machines hold the old ones. */
    @Test
    void measuresOfOneMethodAreThese() {
        byte[] samples = new byte[64 * 48];
        for (int i = 0; i < samples.length; i++) {
            int x = i % 64;
            int y = i / 64;
            boolean isSquare = x > 48 && x < 55 && y > 38 && y < 45;
            samples[i] = (byte)
                    (isSquare
                            ? 250
                            : x < 3
                                    ? 0
                                    : x > 56 && y < 5 ? 255 - 9 * (x + y) % 200 : (x * x + 3 * y * y + x * y) % 230);
        }
        ByteBuffer record = ImageMeasuring.record(
                new DecodedImage(
                        PixelImage.of(64, 48, 1, samples),
                        new ImageHeader(ImageFormat.PNG, 64, 48, 1, 8, 1, true, false, 1)),
                12_345);
        int doubles = 1 + 8 + 7 * Integer.BYTES + Double.BYTES + Long.BYTES;
        int count = 22;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            // logarithms of different processors may differ in their last bit
            text.append(String.format(Locale.ROOT, "%.9e ", record.getDouble(doubles + i * Double.BYTES)));
        }
        byte[] rest = new byte[record.limit()];
        record.get(0, rest);
        Arrays.fill(rest, doubles, doubles + count * Double.BYTES, (byte) 0);
        Digest digest = Digest.ofLines(List.of(text.toString(), Digest.of(rest).hex()));

        assertThat(record.limit()).isEqualTo(1 + ImageMeasures.RECORD_BYTES);
        assertThat(ImageMeasuring.METHOD + ": " + digest.hex().substring(0, 16))
                .isEqualTo("measures 7: 08bb11b4ea6b4855");
    }
}
