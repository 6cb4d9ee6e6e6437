package org.foldwise.learning.dataset.layout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/** Reads the patient off the file and the label off a table. */
final class DicomTreeReader {
    private final LabelKey key;

    DicomTreeReader(DatasetLayout.Dicom layout) {
        this.key = layout.key();
    }

    List<ImageRecord> read(List<UploadedImage> images, UploadedManifest table, List<LayoutMistake> mistakes) {
        Map<String, String> labels;
        try {
            labels = LabelTable.read(table.content());
        } catch (LayoutException e) {
            mistakes.addAll(e.mistakes());
            return List.of();
        }
        List<ImageRecord> records = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (UploadedImage image : images) {
            ImageMetadata metadata = image.metadata();
            if (metadata == null) {
                mistakes.add(new LayoutMistake(image.name(), "is no DICOM file, and the layout is one of DICOM files"));
                continue;
            }
            if (metadata.patient() == null) {
                mistakes.add(new LayoutMistake(image.name(), "does not say its patient (Patient ID)"));
                continue;
            }
            String row = row(image, metadata, labels, table.folderPrefix());
            String label = row == null ? null : labels.get(row);
            if (row == null || label == null) {
                mistakes.add(
                        new LayoutMistake(image.name(), "has no row in the table; add the row or leave the image out"));
                continue;
            }
            found.add(row);
            records.add(new ImageRecord(
                    image.name(),
                    image.content(),
                    new PatientId(metadata.patient()),
                    label,
                    metadata.studyDate(),
                    null));
        }
        int unused = labels.size() - found.size();
        if (unused > 0) {
            mistakes.add(new LayoutMistake(
                    "manifest",
                    "has " + unused + " keys that no uploaded image has; upload the images or leave the rows out"));
        }
        return records;
    }

    /** The key under which the table may have an image. */
    private @Nullable String row(
            UploadedImage image, ImageMetadata metadata, Map<String, String> labels, String folder) {
        return switch (key) {
            case PATIENT -> metadata.patient();
            case INSTANCE -> metadata.instance();
            case FILE -> {
                String relative =
                        image.name().startsWith(folder) ? image.name().substring(folder.length()) : image.name();
                yield labels.containsKey(relative) ? relative : image.name();
            }
        };
    }
}
