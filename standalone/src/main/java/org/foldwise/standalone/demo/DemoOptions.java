package org.foldwise.standalone.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param url of the platform
 * @param keyFile holds the API key
 * @param json where the figures go; absent: nowhere
 * @param dataset the user's images; absent: synthetic ones
 * @param patientPattern where a file's name holds the patient, for class folders
 * @param columns names of a manifest's columns as {@code file=...,patientId=...}; absent: found by their usual names
 * @param positive the positive class; absent: the later in alphabetical order
 * @param terminal whether the output goes to a terminal, where lines can be drawn over
 */
record DemoOptions(
        String url,
        Path keyFile,
        @Nullable Path json,
        @Nullable Path dataset,
        String patientPattern,
        @Nullable String columns,
        @Nullable String positive,
        boolean terminal) {
    static final String DEFAULT_PATIENT_PATTERN = "(?<patient>[^_.-]+)";

    /** @throws IllegalArgumentException if an option is unknown, lacks its value or is missing */
    static DemoOptions parse(String... arguments) {
        String url = null;
        Path keyFile = null;
        Path json = null;
        Path dataset = null;
        String patientPattern = DEFAULT_PATIENT_PATTERN;
        String columns = null;
        String positive = null;
        boolean terminal = false;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--url" -> url = value;
                case "--key-file" -> keyFile = Path.of(value);
                case "--json" -> json = Path.of(value);
                case "--dataset" -> dataset = Path.of(value);
                case "--patient-pattern" -> patientPattern = value;
                case "--columns" -> columns = value;
                case "--positive" -> positive = value;
                case "--terminal" -> terminal = Boolean.parseBoolean(value);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (url == null || keyFile == null) {
            throw new IllegalArgumentException("--url and --key-file are needed");
        }
        return new DemoOptions(url, keyFile, json, dataset, patientPattern, columns, positive, terminal);
    }
}
