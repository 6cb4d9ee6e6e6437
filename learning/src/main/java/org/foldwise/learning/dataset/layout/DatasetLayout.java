package org.foldwise.learning.dataset.layout;

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
     */
    record Manifest(ManifestColumns columns) implements DatasetLayout {}

    /**
     * Names of the columns of a manifest, as its header row has them.
     *
     * @param file path of the image, relative to the manifest
     * @param patientId the patient's key
     * @param label the class
     * @param date day of the examination, as 2026-01-31 or 20260131; absent where the manifest has none
     * @param site hospital or device group; absent where the manifest has none
     * @param attributes columns by which labels could be guessed, such as view or manufacturer, at most 50, none of them a label
     */
    record ManifestColumns(
            String file,
            String patientId,
            String label,
            @Nullable String date,
            @Nullable String site,
            List<String> attributes) {
        private static final int MOST_ATTRIBUTES = 50;

        public ManifestColumns {
            attributes = List.copyOf(attributes);
            requireName("file", file);
            requireName("patientId", patientId);
            requireName("label", label);
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
            if (attributes.contains(label)) {
                throw new IllegalArgumentException("columns.attributes must not name the column of the label");
            }
        }

        /** Columns without attributes. */
        public ManifestColumns(
                String file, String patientId, String label, @Nullable String date, @Nullable String site) {
            this(file, patientId, label, date, site, List.of());
        }

        private static void requireName(String column, String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("columns." + column + " must not be blank");
            }
        }
    }
}
