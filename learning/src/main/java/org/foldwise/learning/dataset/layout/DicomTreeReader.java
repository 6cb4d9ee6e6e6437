package org.foldwise.learning.dataset.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.jspecify.annotations.Nullable;

/** Reads the patient off the file, and labels, site and attributes off a table. */
final class DicomTreeReader {
    private final DatasetLayout.Dicom layout;
    private final Task task;

    DicomTreeReader(DatasetLayout.Dicom layout, Task task) {
        this.layout = layout;
        this.task = task;
    }

    /**
     * What the table says in the layout's attributes, for images that have a row, and how many keys it has.
     *
     * @throws IllegalArgumentException if it is not the table of that layout
     */
    ManifestAttributes attributes(
            Collection<ImageRecord> images, Map<String, ImageMetadata> metadataByImage, UploadedManifest table) {
        Map<String, LabelTable.Entry> entries;
        try {
            entries = LabelTable.read(table.content(), layout, task);
        } catch (LayoutException e) {
            throw new IllegalArgumentException("the label table is not as it was kept: " + e.mistakes(), e);
        }
        SortedMap<String, List<String>> values = new TreeMap<>();
        for (ImageRecord image : images) {
            ImageMetadata metadata = metadataByImage.get(image.name());
            String row = metadata == null ? null : row(image.file(), metadata, entries, table.folderPrefix());
            LabelTable.Entry entry = row == null ? null : entries.get(row);
            if (entry != null) {
                values.put(image.name(), entry.attributes());
            }
        }
        return new ManifestAttributes(
                entries.size(),
                layout.attributes().isEmpty()
                        ? ImageAttributes.NONE
                        : new ImageAttributes(layout.attributes(), values));
    }

    List<ImageRecord> read(List<UploadedImage> images, UploadedManifest table, List<LayoutMistake> mistakes) {
        Map<String, LabelTable.Entry> entries;
        try {
            entries = LabelTable.read(table.content(), layout, task);
        } catch (LayoutException e) {
            mistakes.addAll(e.mistakes());
            return List.of();
        }
        List<ImageRecord> records = new ArrayList<>();
        LookAlikes keys = new LookAlikes(layout.key() == LabelKey.FILE ? entries.keySet() : Set.of());
        Set<String> found = new HashSet<>();
        int withoutRow = 0;
        Set<String> ambiguous = layout.key() == LabelKey.INSTANCE ? ambiguousInstances(images) : Set.of();
        for (UploadedImage image : images) {
            ImageMetadata metadata = image.metadata();
            if (metadata == null) {
                mistakes.add(new LayoutMistake(image.name(), "is no DICOM file, and the layout is one of DICOM files"));
                continue;
            }
            String row = row(image.name(), metadata, entries, table.folderPrefix());
            if (row != null && ambiguous.contains(row)) {
                found.add(row);
                mistakes.add(new LayoutMistake(
                        image.name(),
                        "has the SOP Instance UID of another image, so that a row cannot say which of them it is about;"
                                + " use a table by file, or give them UIDs of their own"));
                continue;
            }
            LabelTable.Entry entry = row == null ? null : entries.get(row);
            if (metadata.patient() == null) {
                if (row != null && entry != null) {
                    found.add(row);
                }
                mistakes.add(new LayoutMistake(image.name(), "does not say its patient (Patient ID)"));
                continue;
            }
            if (row == null || entry == null) {
                withoutRow++;
                mistakes.add(new LayoutMistake(
                        image.name(),
                        "has no row in the table"
                                + (row == null
                                        ? ""
                                        : keys.of(List.of(relative(row, table.folderPrefix()), row), "a row"))
                                + "; add the row or leave the image out"));
                continue;
            }
            found.add(row);
            records.add(new ImageRecord(
                    image.name(),
                    image.content(),
                    new PatientId(metadata.patient()),
                    entry.labels(),
                    metadata.studyDate(),
                    entry.site()));
        }
        int unused = entries.size() - found.size();
        if (unused > 0) {
            mistakes.add(new LayoutMistake(
                    "manifest",
                    "has " + Counted.of(unused, "key")
                            + " that no uploaded image has; upload the images or leave the rows out"
                            + (layout.key() == LabelKey.PATIENT && withoutRow > 0
                                    ? ". Patient IDs are compared as they are written: see whether a program took leading zeros"
                                            + " away, or wrote capitals for small letters"
                                    : "")));
        }
        return records;
    }

    /** Instances that more than one patient or content has; copies of one file are no other image. */
    private static Set<String> ambiguousInstances(List<UploadedImage> images) {
        Map<String, UploadedImage> first = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        for (UploadedImage image : images) {
            ImageMetadata metadata = image.metadata();
            String instance = metadata == null ? null : metadata.instance();
            if (metadata == null || instance == null) {
                continue;
            }
            UploadedImage other = first.putIfAbsent(instance, image);
            ImageMetadata others = other == null ? null : other.metadata();
            if (other != null
                    && others != null
                    && !(other.content().equals(image.content())
                            && Objects.equals(others.patient(), metadata.patient()))) {
                ambiguous.add(instance);
            }
        }
        return ambiguous;
    }

    /** The key under which the table may have an image. */
    private @Nullable String row(
            String image, ImageMetadata metadata, Map<String, LabelTable.Entry> entries, String folder) {
        return switch (layout.key()) {
            case PATIENT -> metadata.patient();
            case INSTANCE -> metadata.instance();
            case FILE -> {
                String relative = relative(image, folder);
                yield entries.containsKey(relative) ? relative : image;
            }
        };
    }

    private static String relative(String image, String folder) {
        return image.startsWith(folder) ? image.substring(folder.length()) : image;
    }
}
