package org.foldwise.api.document;

/** An answer that can be read as JSON, and as a table. */
interface Tabular {
    /** The same as a table. */
    CsvTable csv();
}
