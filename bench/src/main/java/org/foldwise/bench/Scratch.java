package org.foldwise.bench;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** As its mirrors have shrunk it. */
    private static final int CLASS_FOLDER_SIZE = 224;

    private static final Pattern PATIENT = Pattern.compile("person\\d+|NORMAL2-IM-\\d+|IM-\\d+");

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

    /** JPEG files of synthetic films in a folder for each class, about so many of them, named by their patients. */
    Path classFolders(int count) throws IOException {
        Path root = Files.createDirectory(directory.resolve("classes"));
        SyntheticCohortSpec spec = SyntheticCohortSpec.DEFAULT
                .withPatients(count)
                .withImagesPerPatient(1, 1)
                .withImageSize(CLASS_FOLDER_SIZE);
        int number = 0;
        for (SyntheticImage image : SyntheticCohort.of(spec).images()) {
            Path folder = Files.createDirectories(root.resolve(image.label()));
            Path file = folder.resolve("person" + number++ + ".jpeg");
            ImageIO.write(grey(image.pixels()), "jpeg", file.toFile());
        }
        return root;
    }

    /**
     * A text of lines {@code file TAB class TAB patient} of images that lie in a folder for each class, in the order of their
     * names; the patient is what a name says by the rule of the paediatric study, and the whole name where it does not. Reading
     * all of them brings them into the system's cache, so that nobody's disk is measured.
     *
     * @param most images; evenly picked where there are more
     */
    Path table(Path root, int most) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.walk(root)) {
            found = files.filter(file -> file.toString().matches("(?i).*\\.(jpe?g|png)"))
                    .sorted()
                    .toList();
        }
        if (found.isEmpty()) {
            throw new IOException("there are no JPEG or PNG files below " + root);
        }
        int count = Math.min(found.size(), most);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Path file = found.get((int) ((long) i * found.size() / count));
            Files.readAllBytes(file);
            Matcher patient = PATIENT.matcher(String.valueOf(file.getFileName()));
            lines.append(file.toAbsolutePath())
                    .append('\t')
                    .append(Path.of(String.valueOf(file.getParent())).getFileName())
                    .append('\t')
                    .append(patient.lookingAt() ? patient.group() : String.valueOf(file.getFileName()))
                    .append('\n');
        }
        return Files.writeString(directory.resolve("images.tsv"), lines);
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
