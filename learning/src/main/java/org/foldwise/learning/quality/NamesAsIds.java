package org.foldwise.learning.quality;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.FileNames;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientKeyDoubt;
import org.foldwise.learning.dataset.PatientKeys;

/**
 * What speaks for patient ids being names of images, where next to nobody has a second one: then a split of patients is one of images, and nothing else tells it from
 * a registry that has one image of everybody. That has keys of its own; names of images say so themselves, either by being those of the files, or by a number at
 * their end that counts something whose name stands before it.
 *
 * @param patients how many ids there are
 * @param several how many of them have several images
 * @param namedAfterFile how many images have an id that is the name of their own file, with or without folders and extension, or its number; 0 where more than next to nobody has
 *     several images
 * @param numbersOfFiles how many of these have the number that DICOM gives their own file
 * @param noKeys how many of these hold the file's extension as well, or are such a number, which no key of a patient does
 * @param severalFiles how many ids have images of several files; frames of one file are one examination
 * @param numbered how many ids fall into {@code groups}
 * @param groups of ids that differ in a last number alone
 */
record NamesAsIds(
        int patients,
        int several,
        int namedAfterFile,
        int numbersOfFiles,
        int noKeys,
        int severalFiles,
        int numbered,
        int groups) {
    /** Next to nobody: up to this share of the patients. */
    static final double NEXT_TO_NOBODY = 0.02;

    private static final double NEARLY_ALL = 0.9;
    /** Numbers of patients behind few names are those of sites, studies or years. */
    private static final int FEWEST_GROUPS = 10;
    /** More ids to a group than this, on average, count patients and not images of one. */
    private static final int LARGEST_MEAN_GROUP = 10;

    private static final Pattern COUNTED = Pattern.compile("(.*[\\p{L}\\p{N}])[^\\p{L}\\p{N}]+([0-9]{1,3})");

    /** Looks at all ids of a cohort. Takes time in proportion to its images. */
    static NamesAsIds of(Cohort cohort, PatientKeys keys) {
        SortedMap<PatientId, List<ImageRecord>> images = cohort.imagesByPatient();
        int several = 0;
        int severalFiles = 0;
        for (List<ImageRecord> ofPatient : images.values()) {
            several += ofPatient.size() > 1 ? 1 : 0;
            severalFiles += ofPatient.stream().map(ImageRecord::file).distinct().count() > 1 ? 1 : 0;
        }
        // names are folded several times over, which says nothing where ids have several images
        boolean isAsked = several <= NEXT_TO_NOBODY * images.size();
        List<ImageRecord> ownNames = isAsked
                ? cohort.images().stream()
                        .filter(image -> isOwnName(image, keys))
                        .toList()
                : List.of();
        int noKeys =
                (int) ownNames.stream().filter(image -> isNoKey(image, keys)).count();
        Map<String, TreeSet<Integer>> numbers = new TreeMap<>();
        Map<String, Set<Set<String>>> labels = new TreeMap<>();
        Map<String, String> nameOf = new HashMap<>();
        for (Map.Entry<PatientId, List<ImageRecord>> ofPatient : images.entrySet()) {
            PatientId patient = ofPatient.getKey();
            Matcher counted = COUNTED.matcher(patient.value());
            if (counted.matches()) {
                nameOf.put(patient.value(), counted.group(1));
                numbers.computeIfAbsent(counted.group(1), name -> new TreeSet<>())
                        .add(Integer.valueOf(counted.group(2)));
                for (ImageRecord image : ofPatient.getValue()) {
                    labels.computeIfAbsent(counted.group(1), name -> new HashSet<>())
                            .add(Set.copyOf(image.labels()));
                }
            }
        }
        numbers.values().removeIf(group -> group.size() < 2);
        List<TreeSet<Integer>> groups = List.copyOf(numbers.values());
        // images of a patient mostly show the same, which pairs of cases and controls, and families, do not
        long alike = numbers.keySet().stream()
                .filter(name -> labels.getOrDefault(name, Set.of()).size() == 1)
                .count();
        int numbered = groups.stream().mapToInt(TreeSet::size).sum();
        long fromTheFirst = groups.stream().filter(group -> group.first() <= 1).count();
        boolean countImages = groups.size() >= FEWEST_GROUPS
                && numbered <= LARGEST_MEAN_GROUP * groups.size()
                && 2 * fromTheFirst >= groups.size()
                && 2 * alike >= groups.size()
                && !areSites(cohort.images(), nameOf);
        return new NamesAsIds(
                images.size(),
                several,
                ownNames.size(),
                (int) ownNames.stream()
                        .filter(image -> keys.doubt(image) == PatientKeyDoubt.INSTANCE)
                        .count(),
                noKeys,
                severalFiles,
                countImages ? numbered : 0,
                countImages ? groups.size() : 0);
    }

    /** Whether the ids are those of the images' own files. */
    boolean areNamesOfFiles() {
        return several <= NEXT_TO_NOBODY * patients && namedAfterFile >= NEARLY_ALL * patients;
    }

    /** Whether there is no doubt about it. */
    boolean areSurelyNamesOfFiles() {
        return areNamesOfFiles() && noKeys >= NEARLY_ALL * patients;
    }

    /** Whether the ids count images, at least half of them behind a name that several share. */
    boolean countImages() {
        return severalFiles <= NEXT_TO_NOBODY * patients && groups > 0 && 2 * numbered >= patients;
    }

    /** In figures, without ids. */
    String evidence() {
        StringBuilder told = new StringBuilder();
        if (areNamesOfFiles()) {
            told.append(namedAfterFile)
                    .append(" of ")
                    .append(patients)
                    .append(" patient ids are the names of the patients' only files")
                    .append(numbersOfFiles > 0 ? ", or the SOP Instance UIDs of these" : "");
        }
        if (countImages()) {
            told.append(told.isEmpty() ? "" : ", and ")
                    .append(String.format(
                            Locale.ROOT,
                            "%d of %d patient ids fall into %d groups, of %.1f on average, once a last number is cut off",
                            numbered,
                            patients,
                            groups,
                            (double) numbered / groups));
        }
        return told.toString();
    }

    private static boolean isOwnName(ImageRecord image, PatientKeys keys) {
        PatientKeyDoubt doubt = keys.doubt(image);
        return doubt == null
                ? FileNames.isCalled(image.file(), image.patient().value())
                : doubt != PatientKeyDoubt.PLACEHOLDER;
    }

    /** Whether an image's id is surely that of its file: its number, like a name with the extension, is no key of a patient. */
    static boolean isNoKey(ImageRecord image, PatientKeys keys) {
        PatientKeyDoubt doubt = keys.doubt(image);
        String id = image.patient().value();
        return doubt == null
                ? FileNames.hasExtensionOf(image.file(), id) && FileNames.isCalled(image.file(), id)
                : doubt == PatientKeyDoubt.INSTANCE || doubt == PatientKeyDoubt.FILE_NAME_WITH_EXTENSION;
    }

    /** Whether what stands before the numbers is the site: the ids are those of a study in several places. */
    private static boolean areSites(List<ImageRecord> images, Map<String, String> nameOf) {
        Set<String> names = new HashSet<>();
        Set<String> sites = new HashSet<>();
        Set<List<String>> both = new HashSet<>();
        for (ImageRecord image : images) {
            String name = nameOf.get(image.patient().value());
            if (name == null) {
                continue;
            }
            if (image.site() == null) {
                return false;
            }
            names.add(name);
            sites.add(image.site());
            both.add(List.of(name, image.site()));
        }
        return both.size() == names.size() && both.size() == sites.size();
    }
}
