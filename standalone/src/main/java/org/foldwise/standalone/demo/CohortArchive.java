package org.foldwise.standalone.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.foldwise.client.model.ClassFoldersLayout;
import org.foldwise.client.model.DatasetLayout;
import org.foldwise.client.model.ManifestLayout;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.jspecify.annotations.Nullable;

/**
 * Images ready to be uploaded.
 *
 * @param zip the archive
 * @param title for the dataset's name
 * @param layout where patients and labels are written down
 */
record CohortArchive(Path zip, String title, DatasetLayout layout) {
    /**
     * Enough patients for a locked test set that says something, few and small enough films for some minutes on two cores.
     * Three sites, so that a network could learn the site instead of the disease; no other trap.
     */
    static final SyntheticCohortSpec SYNTHETIC = SyntheticCohortSpec.DEFAULT
            .withSeed(20)
            .withPatients(150)
            .withImagesPerPatient(1, 3)
            .withPrevalence(0.4)
            .withSignal(1.6)
            .withImageSize(96);

    private static final List<String> IMAGES = List.of(".png", ".jpg", ".jpeg");

    /** Draws a synthetic cohort into a file below {@code directory}. */
    static CohortArchive synthetic(SyntheticCohortSpec spec, Path directory) throws IOException {
        Path zip = directory.resolve("synthetic.zip");
        try (OutputStream out = Files.newOutputStream(zip)) {
            SyntheticCohort.of(spec).writeZip(out);
        }
        return of(zip, "synthetic films", DemoOptions.DEFAULT_PATIENT_PATTERN, null);
    }

    /**
     * The user's images.
     *
     * @param source a folder or a ZIP archive
     * @param directory where a folder's archive is written
     * @throws IllegalArgumentException if there are no images, or a manifest whose columns are not known
     */
    static CohortArchive of(Path source, Path directory, DemoOptions options) throws IOException {
        if (!Files.exists(source)) {
            throw new IllegalArgumentException("there is no " + source);
        }
        Path zip = source;
        if (Files.isDirectory(source)) {
            zip = directory.resolve("dataset.zip");
            pack(source, zip);
        }
        String title = String.valueOf(source.toAbsolutePath().normalize().getFileName());
        return of(zip, title, options.patientPattern(), options.columns());
    }

    private static CohortArchive of(Path zip, String title, String patientPattern, @Nullable String columns)
            throws IOException {
        try (ZipFile archive = new ZipFile(zip.toFile(), StandardCharsets.UTF_8)) {
            Optional<? extends ZipEntry> manifest = archive.stream()
                    .filter(entry -> isManifest(entry.getName()))
                    .findFirst();
            if (manifest.isPresent()) {
                String header = firstLine(archive.getInputStream(manifest.get()));
                return new CohortArchive(
                        zip,
                        title,
                        new DatasetLayout(new ManifestLayout().columns(ManifestHeader.columns(header, columns))));
            }
        }
        return new CohortArchive(
                zip, title, new DatasetLayout(new ClassFoldersLayout().patientIdPattern(patientPattern)));
    }

    /** At the top or one folder deep. */
    private static boolean isManifest(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".csv")
                && name.chars().filter(character -> character == '/').count() <= 1
                && !name.startsWith("__MACOSX/");
    }

    private static String firstLine(InputStream text) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            return line == null ? "" : line;
        }
    }

    private static void pack(Path folder, Path zip) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(CohortArchive::isImageOrManifest)
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no PNG or JPEG images below " + folder);
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip), StandardCharsets.UTF_8)) {
            // images are compressed already
            out.setLevel(0);
            for (Path file : files) {
                out.putNextEntry(new ZipEntry(folder.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/")));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static boolean isImageOrManifest(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".csv") || IMAGES.stream().anyMatch(name::endsWith);
    }

    /** The bytes of one image, by the name under which it was uploaded. */
    byte[] image(String name) throws IOException {
        try (ZipFile archive = new ZipFile(zip.toFile(), StandardCharsets.UTF_8)) {
            ZipEntry entry = archive.getEntry(name);
            if (entry == null) {
                throw new IOException("the archive holds no " + name);
            }
            return archive.getInputStream(entry).readAllBytes();
        }
    }
}
