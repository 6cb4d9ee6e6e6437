package org.foldwise.learning.dataset.synthetic;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;

/**
 * Seeded patients with chest-film-like images and a known disease signal. A patient's anatomy is drawn from the seed and the
 * patient's number alone, so that patients are independent of each other, and the same in smaller and larger cohorts.
 */
public final class SyntheticCohort {
    /** First the negative, then the positive class. */
    public static final List<String> CLASSES = List.of("NORMAL", "PNEUMONIA");

    /** Name of the table beside the class folders. */
    public static final String MANIFEST = "manifest.csv";

    private static final LocalDate FIRST_DAY = LocalDate.of(2020, 1, 1);
    private static final int RECRUITMENT_DAYS = 1200;
    private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2020, 1, 1, 0, 0);

    private final SyntheticCohortSpec spec;
    private final List<SyntheticImage> images;

    private SyntheticCohort(SyntheticCohortSpec spec, List<SyntheticImage> images) {
        this.spec = spec;
        this.images = List.copyOf(images);
    }

    /** Draws patients and films; pixels are rendered only when asked for. */
    public static SyntheticCohort of(SyntheticCohortSpec spec) {
        return new SyntheticCohort(spec, new Drawing(spec).images());
    }

    public SyntheticCohortSpec spec() {
        return spec;
    }

    /** All films, ordered by name. */
    public List<SyntheticImage> images() {
        return images;
    }

    /** The cohort as the rest of the library knows it; renders every film for its digest. */
    public Cohort toCohort(PatientLabelRule rule) {
        return new Cohort(
                Task.BINARY,
                CLASSES,
                rule,
                images.stream().map(SyntheticImage::toRecord).toList());
    }

    /** The manifest: file, patientId, label, date and site of every film. */
    public String manifest() {
        return "file,patientId,label,date,site\n"
                + images.stream()
                        .map(image -> String.join(
                                        ",",
                                        image.name(),
                                        image.patient().value(),
                                        image.label(),
                                        image.acquiredOn().toString(),
                                        image.site())
                                + "\n")
                        .collect(joining());
    }

    /** Writes class folders and the manifest into a directory, which is made if it is missing. */
    public void writeTo(Path directory) throws IOException {
        for (String name : CLASSES) {
            Files.createDirectories(directory.resolve(name));
        }
        for (SyntheticImage image : images) {
            Files.write(directory.resolve(image.name()), image.png());
        }
        Files.writeString(directory.resolve(MANIFEST), manifest());
    }

    /**
     * Writes class folders and the manifest as a ZIP archive whose bytes depend on the spec alone: entries in the order of
     * their names after the manifest, stored as they are, dated alike. The stream is left open.
     */
    public void writeZip(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        writeEntry(zip, MANIFEST, manifest().getBytes(StandardCharsets.UTF_8));
        for (SyntheticImage image : images) {
            writeEntry(zip, image.name(), image.png());
        }
        zip.finish();
    }

    private static void writeEntry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(ENTRY_TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** The drawing of one cohort. */
    private static final class Drawing {
        private final SyntheticCohortSpec spec;
        private final List<Site> sites;
        private final Set<Integer> ill;
        private final Set<Integer> conflicting;
        private final List<SyntheticImage> images = new ArrayList<>();
        private final List<SyntheticImage> lastFilms = new ArrayList<>();
        private final int[] filmCounts;

        Drawing(SyntheticCohortSpec spec) {
            this.spec = spec;
            this.filmCounts = new int[spec.patients()];
            this.sites = IntStream.range(0, spec.sites())
                    .mapToObj(index -> Site.of(spec.seed(), index))
                    .toList();
            List<Integer> order = shuffledPatients(0);
            this.ill = new HashSet<>(order.subList(0, spec.illPatients()));
            this.conflicting = new HashSet<>(order.subList(0, spec.labelConflicts()));
        }

        List<SyntheticImage> images() {
            for (int patient = 0; patient < spec.patients(); patient++) {
                addPatient(patient);
            }
            addDuplicates();
            images.sort(Comparator.comparing(SyntheticImage::name));
            return images;
        }

        private List<Integer> shuffledPatients(int shuffle) {
            SeededStream random = SeededStream.of(spec.seed(), SeededStream.Purpose.COHORT, shuffle);
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, spec.patients()).boxed().toList());
            for (int i = order.size() - 1; i > 0; i--) {
                int other = random.below(i + 1);
                int moved = order.get(i);
                order.set(i, order.get(other));
                order.set(other, moved);
            }
            return order;
        }

        private void addPatient(int patient) {
            long seed = spec.seed();
            SeededStream random = SeededStream.of(seed, SeededStream.Purpose.PATIENT, patient);
            Anatomy anatomy = new Anatomy(SeededStream.of(seed, SeededStream.Purpose.ANATOMY, patient));
            List<Opacity> disease = ill.contains(patient)
                    ? Opacity.drawn(
                            SeededStream.of(seed, SeededStream.Purpose.DISEASE, patient), anatomy, spec.signal())
                    : List.of();
            Site site = sites.get(random.below(sites.size()));
            int count = spec.minimumImages() + random.below(spec.maximumImages() - spec.minimumImages() + 1);
            double aspect = random.between(0.80, 1.12);
            LocalDate day = FIRST_DAY.plusDays(random.below(RECRUITMENT_DAYS));
            int onset = 0;
            if (conflicting.contains(patient)) {
                count = Math.max(2, count);
                onset = 1 + random.below(count - 1);
            }
            for (int number = 0; number < count; number++) {
                List<Opacity> shown = number < onset ? List.of() : disease;
                String label = CLASSES.get(ill.contains(patient) && number >= onset ? 1 : 0);
                Film film = film(patient, number, anatomy, shown, site, aspect);
                images.add(new SyntheticImage(name(label, patient, number), id(patient), label, day, film, null));
                day = day.plusDays(3 + random.below(120));
            }
            lastFilms.add(images.get(images.size() - 1));
            filmCounts[patient] = count;
        }

        private Film film(
                int patient, int number, Anatomy anatomy, List<Opacity> disease, Site site, double usualAspect) {
            SeededStream random = SeededStream.of(spec.seed(), SeededStream.Purpose.FILM, patient, number, 0);
            Pose pose = Pose.drawn(random);
            double aspect = usualAspect * random.between(0.98, 1.02);
            int longer = spec.imageSize();
            int width = aspect < 1 ? (int) Math.round(longer * aspect) : longer;
            int height = aspect < 1 ? longer : (int) Math.round(longer / aspect);
            double exposure = random.between(0.86, 1.14);
            double grain = random.between(1.5, 4);
            List<Opacity> today = disease.stream()
                    .map(opacity -> opacity.withDensity(opacity.density() * random.between(0.75, 1.2)))
                    .toList();
            var noise = new Film.NoiseKey(spec.seed(), patient, number);
            return new Film(anatomy, pose, today, site, width, height, exposure, grain, noise);
        }

        /** Copies patients' last films, those of the ill to the ill only: a copy must not contradict its new patient. */
        private void addDuplicates() {
            List<Integer> order = shuffledPatients(1);
            order.subList(0, spec.duplicates()).forEach(patient -> addCopy(patient, patient));
            List<Integer> sameHealth =
                    new ArrayList<>(order.stream().filter(ill::contains).toList());
            if (sameHealth.size() % 2 == 1) {
                sameHealth.remove(0);
            }
            sameHealth.addAll(
                    order.stream().filter(patient -> !ill.contains(patient)).toList());
            for (int i = 0; i < spec.duplicatesAcrossPatients(); i++) {
                addCopy(sameHealth.get(2 * i), sameHealth.get(2 * i + 1));
            }
        }

        private void addCopy(int from, int to) {
            SyntheticImage original = lastFilms.get(from);
            String name = name(original.label(), to, filmCounts[to]++);
            images.add(new SyntheticImage(
                    name, id(to), original.label(), original.acquiredOn(), original.film(), original.name()));
        }

        private static PatientId id(int patient) {
            return new PatientId(String.format(Locale.ROOT, "P%05d", patient + 1));
        }

        private static String name(String label, int patient, int number) {
            return label + "/" + id(patient).value() + number(number);
        }

        private static String number(int number) {
            return String.format(Locale.ROOT, "_%02d.png", number + 1);
        }
    }
}
