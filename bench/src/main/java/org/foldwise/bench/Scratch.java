package org.foldwise.bench;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.dataset.synthetic.SyntheticImage;
import org.foldwise.learning.imaging.PixelImage;

/** A folder for what both sides read, deleted at the end. */
final class Scratch implements AutoCloseable {
    /** Longer side of a digital film as the tutorial's data set had it before its mirrors shrank it. */
    private static final int FILM_SIZE = 1300;

    private final Path directory;

    private Scratch(Path directory) {
        this.directory = directory;
    }

    static Scratch create() throws IOException {
        return new Scratch(Files.createTempDirectory("foldwise-bench"));
    }

    /** Grey JPEG files of synthetic films, of ImageIO's ordinary quality. */
    Path films(int count) throws IOException {
        Path films = Files.createDirectory(directory.resolve("films"));
        SyntheticCohortSpec spec = SyntheticCohortSpec.DEFAULT
                .withPatients(count)
                .withImagesPerPatient(1, 1)
                .withImageSize(FILM_SIZE);
        List<SyntheticImage> images = SyntheticCohort.of(spec).images();
        for (int i = 0; i < count; i++) {
            ImageIO.write(
                    grey(images.get(i).pixels()),
                    "jpeg",
                    films.resolve(i + ".jpeg").toFile());
        }
        return films;
    }

    private static BufferedImage grey(PixelImage pixels) {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] samples = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(pixels.withChannels(1).samples(), 0, samples, 0, samples.length);
        return image;
    }

    /** The first files of a data set, a copy. */
    Path someFiles(Path data, int count) throws IOException {
        Path some = Files.createDirectory(directory.resolve("files"));
        try (Stream<Path> files = Files.walk(data)) {
            List<Path> found = files.filter(file -> file.toString().matches("(?i).*\\.(jpe?g|png)"))
                    .sorted()
                    .limit(count)
                    .toList();
            for (int i = 0; i < found.size(); i++) {
                Path file = found.get(i);
                Files.copy(file, some.resolve(String.format(java.util.Locale.ROOT, "%05d-%s", i, file.getFileName())));
            }
        }
        return some;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
