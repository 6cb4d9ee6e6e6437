package org.foldwise.standalone.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.foldwise.client.model.ManifestColumns;
import org.jspecify.annotations.Nullable;

/** Finds out which columns of a manifest say what, by their usual names or as the user has it. */
final class ManifestHeader {
    private static final Map<String, List<String>> USUAL_NAMES = usualNames();

    private ManifestHeader() {}

    private static Map<String, List<String>> usualNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("file", List.of("file", "filename", "image", "imageindex", "imagename", "path", "imagepath"));
        names.put("patientId", List.of("patientid", "patient", "subjectid", "subject", "pid"));
        names.put("label", List.of("label", "class", "finding", "diagnosis", "target"));
        names.put("date", List.of("date", "acquiredon", "studydate", "examinationdate"));
        names.put("site", List.of("site", "hospital", "institution", "center", "centre"));
        return names;
    }

    /**
     * The columns of a manifest.
     *
     * @param header its first line
     * @param stated what the user says, as {@code file=image,patientId=patient,label=finding}
     * @throws IllegalArgumentException if a column that every manifest needs is not found
     */
    static ManifestColumns columns(String header, @Nullable String stated) {
        Map<String, String> columns = stated == null ? detect(header) : parse(stated);
        List<String> missing = new ArrayList<>();
        for (String needed : List.of("file", "patientId", "label")) {
            if (!columns.containsKey(needed)) {
                missing.add(needed);
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("the manifest's columns for " + String.join(" and ", missing)
                    + " are not known by their names; state them: --columns file=...,patientId=...,label=...");
        }
        return new ManifestColumns()
                ._file(columns.get("file"))
                .patientId(columns.get("patientId"))
                .label(columns.get("label"))
                .date(columns.get("date"))
                .site(columns.get("site"));
    }

    private static Map<String, String> detect(String header) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String column : header.replace("\uFEFF", "").split(",", -1)) {
            String name = column.strip().replaceAll("^\"|\"$", "");
            String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
            USUAL_NAMES.forEach((role, names) -> {
                if (names.contains(plain)) {
                    found.putIfAbsent(role, name);
                }
            });
        }
        return found;
    }

    private static Map<String, String> parse(String stated) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (String pair : stated.split(",", -1)) {
            int equals = pair.indexOf('=');
            String role = equals < 0 ? pair : pair.substring(0, equals);
            if (equals < 0 || !USUAL_NAMES.containsKey(role)) {
                throw new IllegalArgumentException("--columns takes pairs such as file=image with the names "
                        + USUAL_NAMES.keySet() + ", had '" + pair + "'");
            }
            columns.put(role, pair.substring(equals + 1));
        }
        return columns;
    }
}
