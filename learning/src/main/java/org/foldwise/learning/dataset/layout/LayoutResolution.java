package org.foldwise.learning.dataset.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.jspecify.annotations.Nullable;

/**
 * Reads patients and labels off uploaded files.
 *
 * @param layout where patient and label are written down
 * @param task what is asked of an image
 * @param positiveLabel the class that counts as positive; absent: the later of the two in alphabetical order
 * @param patientLabelRule how a patient's label follows from the images' labels
 */
public record LayoutResolution(
        DatasetLayout layout, Task task, @Nullable String positiveLabel, PatientLabelRule patientLabelRule) {

    /**
     * The cohort that the files are.
     *
     * @param images all uploaded images
     * @param manifest the uploaded manifest, where there is one
     * @throws LayoutException with every mistake found: images without patient or class, classes or patients too few, rows
     *     without image and images without row
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
        List<String> classes = classes(records, mistakes);
        if (mistakes.isEmpty() && patientLabelRule == PatientLabelRule.LATEST) {
            records.stream()
                    .filter(record -> record.acquiredOn() == null)
                    .forEach(record -> mistakes.add(new LayoutMistake(
                            record.name(),
                            "has no date, but the patient label rule 'latest' needs one; name a date column, fill it, or"
                                    + " choose another rule")));
        }
        if (!mistakes.isEmpty()) {
            throw new LayoutException(mistakes);
        }
        return new Cohort(task, classes, patientLabelRule, records);
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
        return new ManifestReader(((DatasetLayout.Manifest) layout).columns()).read(inOrder, manifest, mistakes);
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

    private List<String> classes(List<ImageRecord> records, List<LayoutMistake> mistakes) {
        Set<String> labels = records.stream().map(ImageRecord::label).collect(Collectors.toCollection(TreeSet::new));
        if (positiveLabel != null && !labels.isEmpty() && !labels.contains(positiveLabel)) {
            mistakes.add(new LayoutMistake(
                    "positiveLabel", "no image has the positive label '" + positiveLabel + "'; labels are " + labels));
        }
        if (mistakes.isEmpty() && task == Task.BINARY && labels.size() != 2) {
            mistakes.add(new LayoutMistake(
                    "labels",
                    "a binary task needs images of exactly 2 classes, found " + labels.size() + ": " + labels));
        }
        List<String> classes = new ArrayList<>(labels);
        if (positiveLabel != null && classes.remove(positiveLabel)) {
            classes.add(positiveLabel);
        }
        return classes;
    }
}
