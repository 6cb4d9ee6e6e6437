package org.foldwise.api.document;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** An answer that can be read as JSON, and as a table. */
interface Tabular {
    /** The media type of a table. */
    String CSV = "text/csv";

    /** The same as a table. */
    CsvTable csv();

    /**
     * In the form that the caller asks for.
     *
     * @param name of the file that a table is saved as
     */
    default ResponseEntity<Object> answer(String accept, String name) {
        if (!accept.startsWith(CSV)) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(this);
        }
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(CSV + ";charset=UTF-8"))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + ".csv\"")
                .body(csv().text());
    }
}
