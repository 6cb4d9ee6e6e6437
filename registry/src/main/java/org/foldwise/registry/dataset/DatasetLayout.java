package org.foldwise.registry.dataset;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.foldwise.learning.dataset.layout.DatasetLayout.ManifestColumns;
import org.foldwise.learning.dataset.layout.LabelKey;
import org.jspecify.annotations.Nullable;

/** How labels and patients are found for the images of a dataset. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DatasetLayout.ClassFolders.class, name = "classFolders"),
    @JsonSubTypes.Type(value = DatasetLayout.Manifest.class, name = "manifest"),
    @JsonSubTypes.Type(value = DatasetLayout.Dicom.class, name = "dicom")
})
public sealed interface DatasetLayout {

    /**
     * The folder an image lies in is its label, and its file's name tells the patient.
     *
     * @param patientIdPattern a regular expression with the named group {@code patient}, matched against the file's name
     */
    record ClassFolders(String patientIdPattern) implements DatasetLayout {
        public ClassFolders {
            // what is read from JSON may lack it
            requireNonNull(patientIdPattern);
        }
    }

    /**
     * A CSV file has one row for every image.
     *
     * @param separator what stands between labels in a cell; absent where none is named
     * @param emptyLabel the word that stands for no label; absent where none is named
     */
    record Manifest(Columns columns, @Nullable String separator, @Nullable String emptyLabel) implements DatasetLayout {
        public Manifest {
            requireNonNull(columns);
        }

        /** One label in a cell, or several with the usual separator. */
        public Manifest(Columns columns) {
            this(columns, null, null);
        }
    }

    /**
     * The header names of a manifest's columns.
     *
     * @param label says what an image shows; absent where {@code labels} do
     * @param labels columns of 1 and 0, each named like the label it tells of; absent where {@code label} says it
     * @param date of the examination; absent where the manifest has none
     * @param site hospital or device group; absent where the manifest has none
     * @param attributes columns by which labels could be guessed
     * @param frame number of the frame of the file that a row is about; absent where all rows are about files
     */
    record Columns(
            String file,
            String patientId,
            @Nullable String label,
            @Nullable List<String> labels,
            @Nullable String date,
            @Nullable String site,
            List<String> attributes,
            @Nullable String frame) {
        /** Layouts that were stored before there were attributes have none. */
        @SuppressWarnings("NullAway") // what is read from JSON may lack a field
        public Columns {
            requireNonNull(file);
            requireNonNull(patientId);
            labels = labels == null ? null : List.copyOf(labels);
            attributes = attributes == null ? List.of() : List.copyOf(attributes);
        }

        /** One column says what an image shows. */
        public Columns(String file, String patientId, String label, @Nullable String date, @Nullable String site) {
            this(file, patientId, label, null, date, site, List.of(), null);
        }

        /** The same in the terms of the library that reads it. */
        public ManifestColumns resolvable() {
            return new ManifestColumns(
                    file, patientId, label, labels == null ? List.of() : labels, date, site, attributes, frame);
        }
    }

    /**
     * DICOM files name their patients; a CSV table has the labels.
     *
     * @param key what a row of the table is about
     * @param keyColumn the uploaded table's column with the key
     * @param labelColumn the one that says what an image shows; absent where {@code labelColumns} do
     * @param labelColumns columns of 1 and 0, each named like the label it tells of; absent where {@code labelColumn} says it
     * @param separator what stands between labels in a cell; absent where none is named
     * @param emptyLabel the word that stands for no label; absent where none is named
     * @param siteColumn the one with hospital or device group; absent where the table has none
     * @param attributes columns by which labels could be guessed
     */
    record Dicom(
            LabelKey key,
            String keyColumn,
            @Nullable String labelColumn,
            @Nullable List<String> labelColumns,
            @Nullable String separator,
            @Nullable String emptyLabel,
            @Nullable String siteColumn,
            List<String> attributes)
            implements DatasetLayout {
        /** Layouts that were stored before there were attributes have none. */
        @SuppressWarnings("NullAway") // what is read from JSON may lack a field
        public Dicom {
            requireNonNull(key);
            requireNonNull(keyColumn);
            labelColumns = labelColumns == null ? null : List.copyOf(labelColumns);
            attributes = attributes == null ? List.of() : List.copyOf(attributes);
        }

        /** The same in the terms of the library that reads it. */
        public org.foldwise.learning.dataset.layout.DatasetLayout.Dicom resolvable() {
            return new org.foldwise.learning.dataset.layout.DatasetLayout.Dicom(
                    key,
                    keyColumn,
                    labelColumn,
                    labelColumns == null ? List.of() : labelColumns,
                    separator,
                    emptyLabel,
                    siteColumn,
                    attributes);
        }
    }
}
