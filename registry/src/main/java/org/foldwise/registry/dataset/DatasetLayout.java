package org.foldwise.registry.dataset;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How labels and patients are found for the images of a dataset. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DatasetLayout.ClassFolders.class, name = "classFolders"),
    @JsonSubTypes.Type(value = DatasetLayout.Manifest.class, name = "manifest")
})
public sealed interface DatasetLayout {

    /**
     * The folder an image lies in is its label, and its file's name tells the patient.
     *
     * @param patientIdPattern a regular expression with the named group {@code patient}, matched against the file's name
     */
    record ClassFolders(String patientIdPattern) implements DatasetLayout {}

    /** A CSV file has one row for every image. */
    record Manifest(Columns columns) implements DatasetLayout {}

    /**
     * The header names of a manifest's columns.
     *
     * @param date of the examination; absent where the manifest has none
     * @param site hospital or device group; absent where the manifest has none
     * @param attributes columns by which labels could be guessed
     */
    record Columns(
            String file,
            String patientId,
            String label,
            @Nullable String date,
            @Nullable String site,
            List<String> attributes) {
        /** Layouts that were stored before there were attributes have none. */
        @SuppressWarnings("NullAway") // what is read from JSON may lack a field
        public Columns {
            attributes = attributes == null ? List.of() : List.copyOf(attributes);
        }

        /** Columns without attributes. */
        public Columns(String file, String patientId, String label, @Nullable String date, @Nullable String site) {
            this(file, patientId, label, date, site, List.of());
        }
    }
}
