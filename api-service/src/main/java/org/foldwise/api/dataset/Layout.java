package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.learning.dataset.layout.DatasetLayout;
import org.jspecify.annotations.Nullable;

@Schema(name = "DatasetLayout", description = "Where patient and label of an image are written down.")
sealed interface Layout {
    /** The same in the registry's terms. */
    org.foldwise.registry.dataset.DatasetLayout stored();

    /** The same in the terms of the library that reads it. */
    DatasetLayout resolvable();

    static Layout of(org.foldwise.registry.dataset.DatasetLayout stored) {
        if (stored instanceof org.foldwise.registry.dataset.DatasetLayout.ClassFolders folders) {
            return new ClassFolders(folders.patientIdPattern());
        }
        var columns = ((org.foldwise.registry.dataset.DatasetLayout.Manifest) stored).columns();
        return new Manifest(new Columns(
                columns.file(),
                columns.patientId(),
                columns.label(),
                columns.date(),
                columns.site(),
                columns.attributes()));
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
    record Manifest(@Schema(description = "Which of its columns says what.") Columns columns) implements Layout {
        @Override
        public org.foldwise.registry.dataset.DatasetLayout stored() {
            return new org.foldwise.registry.dataset.DatasetLayout.Manifest(
                    new org.foldwise.registry.dataset.DatasetLayout.Columns(
                            columns.file(),
                            columns.patientId(),
                            columns.label(),
                            columns.date(),
                            columns.site(),
                            columns.attributesOrNone()));
        }

        @Override
        public DatasetLayout resolvable() {
            return new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns(
                    columns.file(),
                    columns.patientId(),
                    columns.label(),
                    List.of(),
                    columns.date(),
                    columns.site(),
                    columns.attributesOrNone()));
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
            @NotBlank @Size(max = 200) @Schema(description = "The class.", example = "label") String label,
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
                    List<String> attributes) {
        public Columns {
            new DatasetLayout.ManifestColumns(
                    file, patientId, label, List.of(), date, site, attributes == null ? List.of() : attributes);
        }

        List<String> attributesOrNone() {
            return attributes == null ? List.of() : attributes;
        }
    }
}
