package org.foldwise.learning.dataset.layout;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Spelling;

/** Reads the class off the folder, the patient off the file's name, and the day of the examination off DICOM files. */
final class ClassFolderReader {
    private static final Pattern DIVISION = Pattern.compile(
            "(^|/)(?:train|training|val|valid|validation|test|testing)/(?=[^/]+$)", Pattern.CASE_INSENSITIVE);

    private static final String NO_FOLDERS =
            "; folders in front of it are not looked at, and the last of them is taken for the class: where a folder says whose the"
                    + " image is, as in class/patient/file, list the images in a manifest";

    private final Pattern patientIdPattern;

    ClassFolderReader(DatasetLayout.ClassFolders layout) {
        this.patientIdPattern = Pattern.compile(layout.patientIdPattern());
    }

    List<ImageRecord> read(List<UploadedImage> images, List<LayoutMistake> mistakes) {
        List<ImageRecord> records = new ArrayList<>();
        Map<String, TreeSet<String>> foldersByClass = new TreeMap<>();
        for (UploadedImage image : images) {
            String folder = image.folder();
            if (folder.isEmpty()) {
                mistakes.add(new LayoutMistake(image.name(), "lies in no class folder; put it into one"));
                continue;
            }
            String label = folder.substring(folder.lastIndexOf('/') + 1);
            foldersByClass.computeIfAbsent(label, name -> new TreeSet<>()).add(withoutDivision(folder));
            ImageMetadata metadata = image.metadata();
            LocalDate day = metadata == null ? null : metadata.studyDate();
            patient(image, mistakes)
                    .ifPresent(patient ->
                            records.add(new ImageRecord(image.name(), image.content(), patient, label, day, null)));
        }
        foldersByClass.forEach((label, folders) -> {
            if (folders.size() > 1) {
                mistakes.add(new LayoutMistake(
                        label,
                        "this class has several folders: " + String.join(", ", folders)
                                + "; only folders named train, validation and test may hold the same classes"));
            }
        });
        return records;
    }

    /** The names of those images whose names say that they are of one of these patients, whatever folder they lie in. */
    SortedSet<String> imagesOf(Set<PatientId> patients, Collection<UploadedImage> images) {
        List<LayoutMistake> ignored = new ArrayList<>();
        return images.stream()
                .filter(image ->
                        patient(image, ignored).filter(patients::contains).isPresent())
                .map(UploadedImage::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A class may have a folder in each of train, validation and test: the images stay one dataset. */
    private static String withoutDivision(String folder) {
        return DIVISION.matcher(folder).replaceFirst("$1");
    }

    private Optional<PatientId> patient(UploadedImage image, List<LayoutMistake> mistakes) {
        try {
            Matcher matcher = patientIdPattern.matcher(new BoundedText(image.fileName()));
            if (!matcher.lookingAt() || matcher.group("patient") == null) {
                mistakes.add(new LayoutMistake(
                        image.name(),
                        "patientIdPattern does not match the beginning of this file's name"
                                + (image.folder().contains("/") ? NO_FOLDERS : "")));
                return Optional.empty();
            }
            return Optional.of(new PatientId(Spelling.stripped(matcher.group("patient"))));
        } catch (BoundedText.TooManyStepsException | StackOverflowError e) {
            mistakes.add(new LayoutMistake(
                    image.name(),
                    "patientIdPattern takes too many steps on this name; write it without nested repeats"));
        } catch (IllegalArgumentException e) {
            mistakes.add(new LayoutMistake(
                    image.name(), "patientIdPattern finds an empty or overlong patient id in this file's name"));
        }
        return Optional.empty();
    }
}
