package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.api.problem.Mistake;
import org.foldwise.learning.dataset.layout.DatasetLayout;
import org.foldwise.learning.dataset.layout.LabelKey;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.dataset.Dataset;
import org.jspecify.annotations.Nullable;

@Schema(name = "DatasetLayout", description = "Where patient and label of an image are written down.")
sealed interface Layout {
    /** The same in the registry's terms. */
    org.foldwise.registry.dataset.DatasetLayout stored();

    /** The same in the terms of the library that reads it. */
    DatasetLayout resolvable();

    /**
     * Columns that are named for two things of which one cannot be the other, each where it is named again. Asked of requests alone: layouts
     * that were stored before anybody asked are shown as they are.
     *
     * @param pointer of this layout
     */
    default List<Mistake> repeatedColumns(String pointer) {
        return List.of();
    }

    /**
     * That of a dataset.
     *
     * @throws RecordTamperedException if what is stored is none
     */
    static Layout of(Dataset dataset) {
        try {
            return of(dataset.description().layout());
        } catch (IllegalArgumentException e) {
            throw new RecordTamperedException("Dataset " + dataset.id(), "its layout is none", e);
        }
    }

    private static Layout of(org.foldwise.registry.dataset.DatasetLayout stored) {
        if (stored instanceof org.foldwise.registry.dataset.DatasetLayout.ClassFolders folders) {
            return new ClassFolders(folders.patientIdPattern());
        }
        if (stored instanceof org.foldwise.registry.dataset.DatasetLayout.Dicom dicom) {
            return new Dicom(
                    dicom.key(),
                    dicom.keyColumn(),
                    dicom.labelColumn(),
                    dicom.labelColumns(),
                    dicom.separator(),
                    dicom.emptyLabel(),
                    dicom.siteColumn(),
                    dicom.attributes());
        }
        var manifest = (org.foldwise.registry.dataset.DatasetLayout.Manifest) stored;
        var columns = manifest.columns();
        return new Manifest(
                new Columns(
                        columns.file(),
                        columns.patientId(),
                        columns.label(),
                        columns.labels(),
                        columns.date(),
                        columns.site(),
                        columns.attributes(),
                        columns.frame()),
                manifest.separator(),
                manifest.emptyLabel());
    }

    @Schema(name = "ClassFoldersLayout", description = "One folder per class; the patient is part of the file's name.")
    record ClassFolders(
            @NotBlank
                    @Size(max = 500)
                    @Schema(
                            description =
                                    "Regular expression with a group named patient, matched from the beginning of the file's name"
                                            + " without folders.",
                            example = "(?<patient>person\\d+)_")
                    String patientIdPattern)
            implements Layout {
        public ClassFolders {
            new DatasetLayout.ClassFolders(patientIdPattern);
        }

        @Override
        public org.foldwise.registry.dataset.DatasetLayout stored() {
            return new org.foldwise.registry.dataset.DatasetLayout.ClassFolders(patientIdPattern);
        }

        @Override
        public DatasetLayout resolvable() {
            return new DatasetLayout.ClassFolders(patientIdPattern);
        }
    }

    @Schema(name = "ManifestLayout", description = "A CSV file with one row per image.")
    record Manifest(
            @Schema(description = "Which of its columns says what.") Columns columns,
            @Size(min = 1, max = 5)
                    @Schema(
                            description = "Of a multi-label task what stands between labels in a cell; absent: |.",
                            example = "|")
                    @Nullable
                    String separator,
            @Size(min = 1, max = 200)
                    @Schema(
                            description =
                                    "Of a multi-label task the word that stands for no label in a cell; absent: an empty cell does.",
                            example = "No Finding")
                    @Nullable
                    String emptyLabel)
            implements Layout {
        public Manifest {
            if (columns.label() == null && (separator != null || emptyLabel != null)) {
                throw new IllegalArgumentException(
                        "separator and emptyLabel belong to columns.label, not to columns.labels");
            }
        }

        @Override
        public org.foldwise.registry.dataset.DatasetLayout stored() {
            return new org.foldwise.registry.dataset.DatasetLayout.Manifest(
                    new org.foldwise.registry.dataset.DatasetLayout.Columns(
                            columns.file(),
                            columns.patientId(),
                            columns.label(),
                            columns.labels(),
                            columns.date(),
                            columns.site(),
                            columns.attributesOrNone(),
                            columns.frame()),
                    separator,
                    emptyLabel);
        }

        @Override
        public DatasetLayout resolvable() {
            return new DatasetLayout.Manifest(columns.resolvable(), separator, emptyLabel);
        }

        @Override
        public List<Mistake> repeatedColumns(String pointer) {
            return columns.repeated(Mistake.pointer(pointer, "columns"));
        }
    }

    @Schema(
            name = "DicomLayout",
            description =
                    "DICOM files in any folders; the patient is the one that the file names, as a pseudonym. A CSV table,"
                            + " uploaded like a manifest, says the labels; of it only the named columns are kept, identifiers as"
                            + " pseudonyms.")
    record Dicom(
            @Schema(
                            description =
                                    "What a row of the table is about: a file by its path, an image by its SOP Instance UID, or all"
                                            + " images of a patient by the Patient ID.",
                            example = "patient")
                    LabelKey key,
            @NotBlank @Size(max = 200) @Schema(description = "The column with the key.", example = "PatientID")
                    String keyColumn,
            @Size(min = 1, max = 200)
                    @Schema(
                            description =
                                    "The column with the class, or the labels; absent where labels are columns of their own.",
                            example = "label")
                    @Nullable
                    String labelColumn,
            @Size(min = 1, max = 200)
                    @ArraySchema(
                            arraySchema =
                                    @Schema(
                                            description =
                                                    "Columns of 1 and 0, one for each label and named like it; in place of labelColumn."),
                            schema = @Schema(example = "Effusion"))
                    @Nullable
                    List<String> labelColumns,
            @Size(min = 1, max = 5)
                    @Schema(
                            description = "Of a multi-label task what stands between labels in a cell; absent: |.",
                            example = "|")
                    @Nullable
                    String separator,
            @Size(min = 1, max = 200)
                    @Schema(
                            description =
                                    "Of a multi-label task the word that stands for no label in a cell; absent: an empty cell does.",
                            example = "No Finding")
                    @Nullable
                    String emptyLabel,
            @Size(min = 1, max = 200)
                    @Schema(
                            description =
                                    "The column with the hospital or device group; absent where the table has none.",
                            example = "hospital")
                    @Nullable
                    String siteColumn,
            @Size(max = 50)
                    @Schema(
                            description =
                                    "Columns by which labels could be guessed, such as reader or ward; not those of key and label. What the"
                                            + " files say of sex, age and device is known without them.",
                            example = "[\"ward\"]")
                    @Nullable
                    List<String> attributes)
            implements Layout {
        public Dicom {
            resolvable(key, keyColumn, labelColumn, labelColumns, separator, emptyLabel, siteColumn, attributes);
        }

        @Override
        public org.foldwise.registry.dataset.DatasetLayout stored() {
            return new org.foldwise.registry.dataset.DatasetLayout.Dicom(
                    key,
                    keyColumn,
                    labelColumn,
                    labelColumns,
                    separator,
                    emptyLabel,
                    siteColumn,
                    attributes == null ? List.of() : attributes);
        }

        @Override
        public DatasetLayout resolvable() {
            return resolvable(key, keyColumn, labelColumn, labelColumns, separator, emptyLabel, siteColumn, attributes);
        }

        private static DatasetLayout resolvable(
                LabelKey key,
                String keyColumn,
                @Nullable String labelColumn,
                @Nullable List<String> labelColumns,
                @Nullable String separator,
                @Nullable String emptyLabel,
                @Nullable String siteColumn,
                @Nullable List<String> attributes) {
            return new DatasetLayout.Dicom(
                    key,
                    keyColumn,
                    labelColumn,
                    labelColumns == null ? List.of() : labelColumns,
                    separator,
                    emptyLabel,
                    siteColumn,
                    attributes == null ? List.of() : attributes);
        }
    }

    @Schema(name = "ManifestColumns", description = "Names of the columns of a manifest, as its header row has them.")
    record Columns(
            @NotBlank
                    @Size(max = 200)
                    @Schema(description = "Path of the image, relative to the manifest.", example = "file")
                    String file,
            @NotBlank @Size(max = 200) @Schema(description = "The patient's key.", example = "patient")
                    String patientId,
            @Size(min = 1, max = 200)
                    @Schema(
                            description = "The class, or the labels; absent where labels are columns of their own.",
                            example = "label")
                    @Nullable
                    String label,
            @Size(min = 1, max = 200)
                    @ArraySchema(
                            arraySchema =
                                    @Schema(
                                            description =
                                                    "Columns of 1 and 0, one for each label and named like it; in place of label."),
                            schema = @Schema(example = "Effusion"))
                    @Nullable
                    List<String> labels,
            @Size(min = 1, max = 200)
                    @Schema(description = "Day of the examination, as 2026-01-31 or 20260131.", example = "date")
                    @Nullable
                    String date,
            @Size(min = 1, max = 200) @Schema(description = "Hospital or device group.", example = "site") @Nullable
                    String site,
            @Size(max = 50)
                    @Schema(
                            description =
                                    "Columns by which labels could be guessed, such as view or manufacturer; none of them a label.",
                            example = "[\"view\"]")
                    @Nullable
                    List<String> attributes,
            @Size(min = 1, max = 200)
                    @Schema(
                            description =
                                    "Number of the frame, slice or page of the file that a row is about, from 0; an empty cell: the file as"
                                            + " a whole, as the dataset's frames say. Absent where all rows are about files.",
                            example = "slice")
                    @Nullable
                    String frame) {
        public Columns {
            if ((label == null) == (labels == null)) {
                throw new IllegalArgumentException("must name either label or labels");
            }
            if (labels != null && labels.stream().distinct().count() < labels.size()) {
                throw new IllegalArgumentException("labels must differ");
            }
            if (attributes != null && attributes.stream().distinct().count() < attributes.size()) {
                throw new IllegalArgumentException("attributes must not name a column twice");
            }
            if (attributes != null
                    && ((label != null && attributes.contains(label))
                            || (labels != null && !Collections.disjoint(attributes, labels)))) {
                throw new IllegalArgumentException("attributes must not name the column of a label");
            }
        }

        /**
         * Each place that names the column of another. The patient may be the file, where each image is of somebody else, which the
         * dataset's findings ask about; day, site and frame may be looked at as attributes.
         */
        List<Mistake> repeated(String pointer) {
            Map<String, String> uses = new HashMap<>();
            List<Mistake> mistakes = new ArrayList<>();
            uses.put(file, "file");
            if (!patientId.equals(file)) {
                claim(patientId, "patientId", Mistake.pointer(pointer, "patientId"), uses, mistakes);
            }
            claim(label, "label", Mistake.pointer(pointer, "label"), uses, mistakes);
            for (int i = 0; labels != null && i < labels.size(); i++) {
                claim(labels.get(i), "labels", Mistake.pointer(Mistake.pointer(pointer, "labels"), i), uses, mistakes);
            }
            Map<String, String> notAttributes = Map.copyOf(uses);
            claim(date, "date", Mistake.pointer(pointer, "date"), uses, mistakes);
            claim(site, "site", Mistake.pointer(pointer, "site"), uses, mistakes);
            claim(frame, "frame", Mistake.pointer(pointer, "frame"), uses, mistakes);
            List<String> named = attributesOrNone();
            for (int i = 0; i < named.size(); i++) {
                claim(
                        named.get(i),
                        "attributes",
                        Mistake.pointer(Mistake.pointer(pointer, "attributes"), i),
                        new HashMap<>(notAttributes),
                        mistakes);
            }
            return mistakes;
        }

        private static void claim(
                @Nullable String column, String use, String pointer, Map<String, String> uses, List<Mistake> mistakes) {
            String other = column == null ? null : uses.putIfAbsent(column, use);
            if (other != null) {
                mistakes.add(new Mistake(
                        pointer, "must not name the column of " + other + ", which cannot say both things"));
            }
        }

        List<String> attributesOrNone() {
            return attributes == null ? List.of() : attributes;
        }

        DatasetLayout.ManifestColumns resolvable() {
            return new DatasetLayout.ManifestColumns(
                    file, patientId, label, labels == null ? List.of() : labels, date, site, attributesOrNone(), frame);
        }
    }
}
