package org.foldwise.learning.dataset.layout;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Where patient and label of an image are written down. */
public sealed interface DatasetLayout {

    /**
     * Images lie in one folder per class; the folder's name is the label. The patient is part of the file's name.
     *
     * @param patientIdPattern regular expression with a group named {@code patient}. It must match from the beginning of the
     *     file's name (without folders), not necessarily to its end: {@code (?<patient>person\d+)_}. At most 500 characters.
     */
    record ClassFolders(String patientIdPattern) implements DatasetLayout {
        private static final int MAXIMUM_LENGTH = 500;

        public ClassFolders {
            if (patientIdPattern.length() > MAXIMUM_LENGTH) {
                throw new IllegalArgumentException(
                        "patientIdPattern must have at most " + MAXIMUM_LENGTH + " characters");
            }
            if (!patientIdPattern.contains("(?<patient>")) {
                throw new IllegalArgumentException(
                        "patientIdPattern must have a group named patient, such as (?<patient>person\\d+)_");
            }
            try {
                Pattern.compile(patientIdPattern);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "patientIdPattern is no regular expression: " + e.getDescription() + " at " + e.getIndex(), e);
            }
        }
    }

    /**
     * A CSV file lists the images.
     *
     * @param columns which of its columns says what
     * @param separator what stands between labels in a cell, 1 to 5 characters; absent: {@code |}. Only where an image may have
     *     several
     * @param emptyLabel the word that stands for no label in a cell, such as {@code No Finding}; absent: an empty cell does
     */
    record Manifest(ManifestColumns columns, @Nullable String separator, @Nullable String emptyLabel)
            implements DatasetLayout {
        private static final int LONGEST_SEPARATOR = 5;

        public Manifest {
            requireLabelWords("columns.label", columns.label(), separator, emptyLabel);
        }

        /** A manifest with one label in a cell, or several with {@code |} between them. */
        public Manifest(ManifestColumns columns) {
            this(columns, null, null);
        }
    }

    /**
     * DICOM files in any folders. The patient is the one that the file names, as a pseudonym; a CSV table says the labels.
     *
     * @param key what a row of the table is about
     * @param keyColumn the column with the key
     * @param labelColumn the column with the class, or the labels; absent where {@code labelColumns} say it
     * @param labelColumns the columns of 1 and 0, whose names are the labels'; empty where {@code labelColumn} says it
     * @param separator what stands between labels in a cell, 1 to 5 characters; absent: {@code |}. Only where an image may have
     *     several
     * @param emptyLabel the word that stands for no label in a cell, such as {@code No Finding}; absent: an empty cell does
     * @param siteColumn the column with the hospital or device group; absent where the table has none
     * @param attributes columns by which labels could be guessed, such as sex or age, at most 50, not those of key or label
     */
    record Dicom(
            LabelKey key,
            String keyColumn,
            @Nullable String labelColumn,
            List<String> labelColumns,
            @Nullable String separator,
            @Nullable String emptyLabel,
            @Nullable String siteColumn,
            List<String> attributes)
            implements DatasetLayout {
        private static final int MOST_ATTRIBUTES = 50;

        public Dicom {
            labelColumns = List.copyOf(labelColumns);
            attributes = List.copyOf(attributes);
            List<String> labels = labelColumn == null ? labelColumns : List.of(labelColumn);
            if (keyColumn.isBlank() || labels.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("keyColumn, labelColumn and labelColumns must not be blank");
            }
            if ((labelColumn == null) == labelColumns.isEmpty()) {
                throw new IllegalArgumentException("layout must name either labelColumn or labelColumns");
            }
            if (new HashSet<>(labelColumns).size() != labelColumns.size()) {
                throw new IllegalArgumentException("labelColumns must differ");
            }
            if (labels.contains(keyColumn)) {
                throw new IllegalArgumentException("keyColumn and the columns of labels must differ");
            }
            requireLabelWords("labelColumn", labelColumn, separator, emptyLabel);
            if (siteColumn != null && siteColumn.isBlank()) {
                throw new IllegalArgumentException("siteColumn must not be blank");
            }
            if (keyColumn.equals(siteColumn) || (siteColumn != null && labels.contains(siteColumn))) {
                throw new IllegalArgumentException("siteColumn must differ from the columns of key and labels");
            }
            if (attributes.size() > MOST_ATTRIBUTES) {
                throw new IllegalArgumentException(
                        "attributes must have at most " + MOST_ATTRIBUTES + " names, had " + attributes.size());
            }
            if (attributes.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("attributes must not hold a blank name");
            }
            if (new HashSet<>(attributes).size() != attributes.size()) {
                throw new IllegalArgumentException("attributes must not name a column twice");
            }
            if (attributes.contains(keyColumn) || !Collections.disjoint(attributes, labels)) {
                throw new IllegalArgumentException("attributes must not name the column of the key or of the label");
            }
        }

        /** One column says the label, or several with {@code |} between them. */
        public Dicom(
                LabelKey key,
                String keyColumn,
                String labelColumn,
                @Nullable String siteColumn,
                List<String> attributes) {
            this(key, keyColumn, labelColumn, List.of(), null, null, siteColumn, attributes);
        }

        /** A table of keys and labels alone. */
        public Dicom(LabelKey key, String keyColumn, String labelColumn) {
            this(key, keyColumn, labelColumn, null, List.of());
        }
    }

    private static void requireLabelWords(
            String column, @Nullable String label, @Nullable String separator, @Nullable String emptyLabel) {
        if (separator != null && (separator.isBlank() || separator.length() > Manifest.LONGEST_SEPARATOR)) {
            throw new IllegalArgumentException(
                    "separator must have 1 to " + Manifest.LONGEST_SEPARATOR + " characters that are not all blanks");
        }
        if (emptyLabel != null && emptyLabel.isBlank()) {
            throw new IllegalArgumentException("emptyLabel must not be blank");
        }
        if (label == null && (separator != null || emptyLabel != null)) {
            throw new IllegalArgumentException(
                    "separator and emptyLabel belong to " + column + ", not to " + column + "s");
        }
    }

    /**
     * Names of the columns of a manifest, as its header row has them. What an image shows is said by one column, or by one
     * column for each label that holds 1 or 0.
     *
     * @param file path of the image, relative to the manifest
     * @param patientId the patient's key
     * @param label the class, or the labels; absent where {@code labels} says it
     * @param labels the columns of 1 and 0, whose names are the labels'; empty where {@code label} says it
     * @param date day of the examination, as 2026-01-31 or 20260131; absent where the manifest has none
     * @param site hospital or device group; absent where the manifest has none
     * @param attributes columns by which labels could be guessed, such as view or manufacturer, at most 50, none of them a label
     * @param frame number of the frame, slice or page of the file that a row is about, from 0, or nothing where it is about the file;
     *     absent where all rows are about files
     */
    record ManifestColumns(
            String file,
            String patientId,
            @Nullable String label,
            List<String> labels,
            @Nullable String date,
            @Nullable String site,
            List<String> attributes,
            @Nullable String frame) {
        private static final int MOST_ATTRIBUTES = 50;

        public ManifestColumns {
            labels = List.copyOf(labels);
            attributes = List.copyOf(attributes);
            requireName("file", file);
            requireName("patientId", patientId);
            if (label != null) {
                requireName("label", label);
            }
            labels.forEach(name -> requireName("labels", name));
            if ((label == null) == labels.isEmpty()) {
                throw new IllegalArgumentException("columns must name either label or labels");
            }
            if (new HashSet<>(labels).size() != labels.size()) {
                throw new IllegalArgumentException("columns.labels must differ");
            }
            if (date != null) {
                requireName("date", date);
            }
            if (site != null) {
                requireName("site", site);
            }
            if (attributes.size() > MOST_ATTRIBUTES) {
                throw new IllegalArgumentException(
                        "columns.attributes must have at most " + MOST_ATTRIBUTES + " names, had " + attributes.size());
            }
            attributes.forEach(attribute -> requireName("attributes", attribute));
            if (new HashSet<>(attributes).size() != attributes.size()) {
                throw new IllegalArgumentException("columns.attributes must not name a column twice");
            }
            if ((label != null && attributes.contains(label)) || !Collections.disjoint(attributes, labels)) {
                throw new IllegalArgumentException("columns.attributes must not name the column of the label");
            }
            if (frame != null) {
                requireName("frame", frame);
            }
        }

        /** Columns of a manifest whose rows are about files. */
        public ManifestColumns(
                String file,
                String patientId,
                @Nullable String label,
                List<String> labels,
                @Nullable String date,
                @Nullable String site,
                List<String> attributes) {
            this(file, patientId, label, labels, date, site, attributes, null);
        }

        /** Columns without attributes. */
        public ManifestColumns(
                String file,
                String patientId,
                @Nullable String label,
                List<String> labels,
                @Nullable String date,
                @Nullable String site) {
            this(file, patientId, label, labels, date, site, List.of());
        }

        /** One column that says what an image shows. */
        public ManifestColumns(
                String file, String patientId, String label, @Nullable String date, @Nullable String site) {
            this(file, patientId, label, List.of(), date, site, List.of());
        }

        private static void requireName(String column, String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("columns." + column + " must not be blank");
            }
        }
    }
}
