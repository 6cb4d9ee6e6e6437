package org.foldwise.learning.dataset.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Spelling;
import org.foldwise.learning.dataset.Task;
import org.jspecify.annotations.Nullable;

/**
 * Reads patients and labels off uploaded files.
 *
 * @param layout where patient and label are written down
 * @param task what is asked of an image
 * @param positiveLabel the class of a binary task that counts as positive; absent: the later of the two in alphabetical order
 * @param patientLabelRule how a patient's label follows from the images' labels
 * @param frames which frames of a file are images; absent: the file stands for one, that in the middle. A row of a manifest that names a
 *     frame is about that one whatever is said here
 */
public record LayoutResolution(
        DatasetLayout layout,
        Task task,
        @Nullable String positiveLabel,
        PatientLabelRule patientLabelRule,
        @Nullable FrameSelection frames) {
    /** The most images of a dataset whose files have several. */
    static final int MOST_IMAGES = 1_000_000;

    /** More labels than this are a mistake of another kind, such as a column of names. */
    private static final int MOST_TOLD = 20;

    private static final String WRITTEN_APART =
            "differ only in case, blanks or the way a letter is written; write them alike, or call one something else";

    public LayoutResolution {
        if (positiveLabel != null && task != Task.BINARY) {
            throw new IllegalArgumentException("positiveLabel belongs to a binary task, this is " + task.words());
        }
        if (task == Task.MULTICLASS && patientLabelRule == PatientLabelRule.ANY_POSITIVE) {
            throw new IllegalArgumentException("patientLabelRule must not be anyPositive, as " + task.words()
                    + " has no positive class; choose majority or latest");
        }
        if (task == Task.MULTILABEL && layout instanceof DatasetLayout.ClassFolders) {
            throw new IllegalArgumentException(
                    "layout must be a manifest or a DICOM tree: an image lies in one folder and can have several labels");
        }
        if (task != Task.MULTILABEL && saysHowLabelsAreTold(layout)) {
            throw new IllegalArgumentException(
                    "layout.separator and layout.emptyLabel belong to a multi-label task, this" + " is "
                            + task.words());
        }
    }

    /** Each file stands for one image. */
    public LayoutResolution(
            DatasetLayout layout, Task task, @Nullable String positiveLabel, PatientLabelRule patientLabelRule) {
        this(layout, task, positiveLabel, patientLabelRule, null);
    }

    private static boolean saysHowLabelsAreTold(DatasetLayout layout) {
        return layout instanceof DatasetLayout.Manifest manifest
                ? manifest.separator() != null || manifest.emptyLabel() != null
                : layout instanceof DatasetLayout.Dicom dicom
                        && (dicom.separator() != null || dicom.emptyLabel() != null);
    }

    /** Columns of the layout that are named like labels. */
    private List<String> labelColumns() {
        if (layout instanceof DatasetLayout.Manifest manifest) {
            return manifest.columns().labels();
        }
        return layout instanceof DatasetLayout.Dicom dicom ? dicom.labelColumns() : List.of();
    }

    /**
     * The cohort that the files are.
     *
     * @param images all uploaded images
     * @param manifest the uploaded manifest, where there is one
     * @throws LayoutException with every mistake found: images without patient or class, classes or patients too few, rows
     *     without image and images without row, labels or sites that are written in several ways
     */
    public Cohort resolve(Collection<UploadedImage> images, @Nullable UploadedManifest manifest)
            throws LayoutException {
        List<LayoutMistake> mistakes = new ArrayList<>();
        if (images.isEmpty()) {
            mistakes.add(
                    new LayoutMistake("images", "no image was uploaded; upload an archive or single images first"));
        }
        List<ImageRecord> records = read(images, manifest, mistakes);
        if (mistakes.isEmpty()) {
            checkPatients(records, mistakes);
        }
        if (mistakes.isEmpty()) {
            checkSpelling(records, mistakes);
        }
        List<String> classes = classes(records, mistakes);
        if (mistakes.isEmpty() && patientLabelRule == PatientLabelRule.LATEST) {
            records.stream()
                    .filter(record -> record.acquiredOn() == null)
                    .forEach(record -> mistakes.add(new LayoutMistake(
                            record.name(),
                            "has no date, but the patient label rule 'latest' needs one; name a date column, fill it, or"
                                    + " choose another rule")));
        }
        List<ImageRecord> imagesOfFiles = mistakes.isEmpty() ? withFrames(records, images, mistakes) : records;
        if (!mistakes.isEmpty()) {
            throw new LayoutException(mistakes);
        }
        return new Cohort(task, classes, patientLabelRule, imagesOfFiles);
    }

    /** The images of files that stand for several, in place of the files. */
    private List<ImageRecord> withFrames(
            List<ImageRecord> records, Collection<UploadedImage> files, List<LayoutMistake> mistakes) {
        Map<String, Integer> framesOf = new HashMap<>();
        files.forEach(file -> framesOf.put(file.name(), file.frames()));
        Map<String, Long> imagesOf = new TreeMap<>();
        records.forEach(record -> imagesOf.merge(record.file(), (long) count(record, framesOf), Long::sum));
        imagesOf.forEach((file, count) -> {
            if (count > FrameSelection.MOST_OF_A_FILE) {
                mistakes.add(new LayoutMistake(
                        file,
                        "comes to " + count + " images, and a file may come to " + FrameSelection.MOST_OF_A_FILE
                                + " at most; " + fewer(count)));
            }
        });
        long all = imagesOf.values().stream().mapToLong(Long::longValue).sum();
        if (all > records.size() && all > MOST_IMAGES) {
            mistakes.add(new LayoutMistake(
                    "images",
                    "the frames that are asked for come to " + all + " images, and a dataset may have " + MOST_IMAGES
                            + " at most; take fewer of each file (frames)"));
        }
        if (!mistakes.isEmpty()) {
            return records;
        }
        List<ImageRecord> images = new ArrayList<>();
        for (ImageRecord record : records) {
            int ofFile = framesOf.getOrDefault(record.file(), 1);
            if (frames == null || record.frame() != null || ofFile == 1) {
                images.add(record);
            } else {
                frames.of(ofFile).forEach(frame -> images.add(record.ofFrame(frame, ofFile)));
            }
        }
        images.stream()
                .filter(image -> image.frame() != null && framesOf.containsKey(image.name()))
                .forEach(
                        image -> mistakes.add(
                                new LayoutMistake(
                                        image.name(),
                                        "is called as a frame of another file will be; upload it under a name without # and a number")));
        return images;
    }

    private String fewer(long images) {
        long times = (images + FrameSelection.MOST_OF_A_FILE - 1) / FrameSelection.MOST_OF_A_FILE;
        return frames == null
                ? "name fewer of its frames"
                : "set frames.every to " + times * frames.every() + " or more, or shorten the range";
    }

    /** How many images a record comes to. */
    private int count(ImageRecord record, Map<String, Integer> framesOf) {
        return frames == null || record.frame() != null ? 1 : frames.count(framesOf.getOrDefault(record.name(), 1));
    }

    /**
     * The names of those files that the layout says are of one of these patients, as far as it can be read: mistakes elsewhere, which
     * would keep the files from being a cohort, do not matter here.
     *
     * @param images all uploaded images
     * @param manifest the uploaded manifest, where there is one
     */
    public PatientImages imagesOf(
            Set<PatientId> patients, Collection<UploadedImage> images, @Nullable UploadedManifest manifest) {
        if (layout instanceof DatasetLayout.ClassFolders folders) {
            return new PatientImages(new ClassFolderReader(folders).imagesOf(patients, images), false);
        }
        if (layout instanceof DatasetLayout.Manifest told) {
            return manifest == null
                    ? new PatientImages(new TreeSet<>(), false)
                    : new PatientRows(told.columns(), images, manifest, patients).in(manifest.content());
        }
        Set<String> keys = patients.stream().map(PatientId::value).collect(Collectors.toSet());
        SortedSet<String> names = new TreeSet<>();
        for (UploadedImage image : images) {
            if (image.metadata() != null && keys.contains(image.metadata().patient())) {
                names.add(image.name());
            }
        }
        return new PatientImages(names, false);
    }

    private List<ImageRecord> read(
            Collection<UploadedImage> images, @Nullable UploadedManifest manifest, List<LayoutMistake> mistakes) {
        List<UploadedImage> inOrder = images.stream()
                .sorted(Comparator.comparing(UploadedImage::name))
                .toList();
        if (layout instanceof DatasetLayout.ClassFolders folders) {
            return new ClassFolderReader(folders).read(inOrder, mistakes);
        }
        if (manifest == null) {
            mistakes.add(
                    new LayoutMistake("manifest", "is missing; upload a CSV file or choose the layout classFolders"));
            return List.of();
        }
        if (layout instanceof DatasetLayout.Dicom dicom) {
            return new DicomTreeReader(dicom, task).read(inOrder, manifest, mistakes);
        }
        return new ManifestReader((DatasetLayout.Manifest) layout, task.isExclusive())
                .read(inOrder, manifest, mistakes);
    }

    private static void checkPatients(List<ImageRecord> records, List<LayoutMistake> mistakes) {
        long patients = records.stream().map(ImageRecord::patient).distinct().count();
        if (patients == 1) {
            mistakes.add(
                    new LayoutMistake(
                            "patients",
                            "all images are of one patient; training and evaluation need different patients. Check the patient ids"));
        }
    }

    /** A label or site that is written in several ways would be several; what a patient's id means is asked once it is frozen. */
    private void checkSpelling(List<ImageRecord> records, List<LayoutMistake> mistakes) {
        List<String> labels =
                records.stream().flatMap(record -> record.labels().stream()).toList();
        checkSpelling("labels", labels, mistakes);
        checkSpelling(
                "sites",
                records.stream().map(ImageRecord::site).filter(Objects::nonNull).toList(),
                mistakes);
        String none = emptyLabel();
        if (none != null) {
            labels.stream()
                    .distinct()
                    .filter(label -> Spelling.isSame(label, none))
                    .sorted()
                    .forEach(label -> mistakes.add(new LayoutMistake(
                            "labels",
                            "'" + Spelling.shown(label) + "' is a label, and '" + Spelling.shown(none)
                                    + "' the word for none (emptyLabel): " + WRITTEN_APART)));
        }
    }

    private static void checkSpelling(String subject, List<String> words, List<LayoutMistake> mistakes) {
        Map<String, Long> images =
                words.stream().collect(Collectors.groupingBy(word -> word, TreeMap::new, Collectors.counting()));
        images.keySet().stream()
                .filter(Spelling::turnsText)
                .forEach(word -> mistakes.add(new LayoutMistake(
                        subject,
                        "'" + Spelling.shown(word)
                                + "' holds a character that turns round what is written beside it: write it"
                                + " without")));
        for (SortedSet<String> group : Spelling.variants(images.keySet())) {
            mistakes.add(new LayoutMistake(
                    subject,
                    group.stream()
                                    .map(word -> "'" + Spelling.shown(word) + "' (" + images.get(word) + ")")
                                    .collect(Collectors.joining(" and "))
                            + ", with the number of images, " + WRITTEN_APART));
        }
    }

    private @Nullable String emptyLabel() {
        return layout instanceof DatasetLayout.Manifest manifest
                ? manifest.emptyLabel()
                : layout instanceof DatasetLayout.Dicom dicom ? dicom.emptyLabel() : null;
    }

    private List<String> classes(List<ImageRecord> records, List<LayoutMistake> mistakes) {
        boolean allRead = mistakes.isEmpty();
        Set<String> labels = records.stream()
                .flatMap(record -> record.labels().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        if (allRead && labels.stream().anyMatch(label -> label.chars().anyMatch(Character::isISOControl))) {
            mistakes.add(new LayoutMistake("labels", "must not hold control characters, such as line breaks"));
        }
        if (positiveLabel != null && !labels.isEmpty() && !labels.contains(positiveLabel)) {
            mistakes.add(new LayoutMistake(
                    "positiveLabel", "no image has the positive label '" + positiveLabel + "'; labels are " + labels));
        }
        if (mistakes.isEmpty() && !task.allows(labels.size())) {
            mistakes.add(new LayoutMistake(
                    "labels",
                    task.words() + " needs images of " + task.allowedClasses() + " classes, found " + labels.size()
                            + ": " + (labels.size() <= MOST_TOLD ? labels : "too many to be told")));
        }
        if (allRead) {
            labelColumns().stream()
                    .filter(column -> !labels.contains(column))
                    .forEach(column -> mistakes.add(new LayoutMistake(
                            "column " + column,
                            "holds no 1: no image has this label; leave it out of "
                                    + (layout instanceof DatasetLayout.Dicom ? "labelColumns" : "columns.labels"))));
        }
        List<String> classes = new ArrayList<>(labels);
        if (positiveLabel != null && classes.remove(positiveLabel)) {
            classes.add(positiveLabel);
        }
        return classes;
    }
}
