package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.foldwise.learning.dataset.ExaminationDay;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV manifest ({@link CsvTable}): UTF-8 with or without byte order mark.
 * Mistakes name rows and columns, never what stands in a cell.
 */
final class ManifestReader {
    private static final int MAXIMUM_COLUMNS = 1_000;

    private final DatasetLayout.ManifestColumns columns;
    private final LabelCells labelCells;

    /** @param exclusive whether each image has one label */
    ManifestReader(DatasetLayout.Manifest layout, boolean exclusive) {
        this.columns = layout.columns();
        this.labelCells = LabelCells.of(layout, exclusive);
    }

    List<ImageRecord> read(List<UploadedImage> images, UploadedManifest manifest, List<LayoutMistake> mistakes) {
        String otherKind = manifest.content().fault();
        if (otherKind != null) {
            mistakes.add(new LayoutMistake("manifest", otherKind));
            return List.of();
        }
        String text;
        try {
            text = manifest.content().text();
        } catch (CharacterCodingException e) {
            mistakes.add(new LayoutMistake("manifest", "is not UTF-8; save it as CSV in UTF-8"));
            return List.of();
        }
        Rows rows = new Rows(images, manifest, mistakes);
        try (CsvTable table = CsvTable.of(text)) {
            if (table.header().isEmpty()) {
                mistakes.add(new LayoutMistake("manifest", "is empty; it needs a header row and one row per image"));
                return List.of();
            }
            Map<String, Integer> positions = positions(table.header(), mistakes);
            if (positions == null) {
                return List.of();
            }
            for (CsvTable.Row row : table) {
                LayoutMistake fault = table.fault(row);
                if (fault == null) {
                    rows.add(row, positions);
                } else {
                    rows.addNothingOf(row, positions, fault);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            mistakes.add(new LayoutMistake("manifest", "is no CSV file: a quoted cell does not end as it should"));
            return List.of();
        }
        return rows.finish();
    }

    private @Nullable Map<String, Integer> positions(List<String> header, List<LayoutMistake> mistakes) {
        int before = mistakes.size();
        if (header.size() > MAXIMUM_COLUMNS) {
            mistakes.add(new LayoutMistake("manifest", "has more than " + MAXIMUM_COLUMNS + " columns"));
            return null;
        }
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            if (!name.isEmpty() && positions.putIfAbsent(name, i) != null) {
                mistakes.add(new LayoutMistake("column " + (i + 1), "has the same name as another column"));
            }
        }
        Map<String, @Nullable String> wanted = new LinkedHashMap<>();
        wanted.put("file", columns.file());
        wanted.put("patientId", columns.patientId());
        wanted.put("label", columns.label());
        wanted.put("date", columns.date());
        wanted.put("site", columns.site());
        wanted.put("frame", columns.frame());
        wanted.forEach((purpose, name) -> {
            if (name != null) {
                requireColumn(purpose, name, positions, mistakes);
            }
        });
        columns.labels().forEach(name -> requireColumn("labels", name, positions, mistakes));
        columns.attributes().forEach(name -> requireColumn("attributes", name, positions, mistakes));
        return mistakes.size() == before ? positions : null;
    }

    private static void requireColumn(
            String purpose, String name, Map<String, Integer> positions, List<LayoutMistake> mistakes) {
        if (!positions.containsKey(name)) {
            mistakes.add(new LayoutMistake(
                    "column " + name, "is not in the manifest's header, but columns." + purpose + " names it"));
        }
    }

    /** A row of a file, and its patient where the cell could be read. */
    private record FileRow(long row, boolean isAboutFile, @Nullable PatientId patient) {}

    /** The rows read so far. */
    private final class Rows {
        private final Map<String, UploadedImage> imagesByName = new HashMap<>();
        private final UploadedManifest manifest;
        private final List<LayoutMistake> mistakes;
        private final List<ImageRecord> records = new ArrayList<>();
        private final Map<String, Long> rowOfImage = new HashMap<>();
        /** Of files with several rows the first one that could be read. */
        private final Map<String, FileRow> rowOfFile = new HashMap<>();

        private final Set<String> named = new HashSet<>();
        /** Made where a row names no image. */
        private @Nullable LookAlikes lookAlikes;

        private @Nullable PartialPaths partialPaths;

        Rows(List<UploadedImage> images, UploadedManifest manifest, List<LayoutMistake> mistakes) {
            images.forEach(image -> imagesByName.put(image.name(), image));
            this.manifest = manifest;
            this.mistakes = mistakes;
        }

        void add(CsvTable.Row row, Map<String, Integer> positions) {
            long number = row.number();
            int before = mistakes.size();
            UploadedImage image = image(number, cell(row, positions, columns.file()));
            Integer frame = columns.frame() == null || image == null
                    ? null
                    : frame(number, image, cell(row, positions, columns.frame()));
            if (image != null && mistakes.size() == before) {
                requireOnce(number, image, frame);
            }
            PatientId patient = patient(number, cell(row, positions, columns.patientId()));
            List<String> cells = labelCells.columns().stream()
                    .map(column -> cell(row, positions, column))
                    .toList();
            List<String> labels = labelCells.labels(number, cells, mistakes);
            LocalDate date = columns.date() == null ? null : date(number, cell(row, positions, columns.date()));
            String site = columns.site() == null ? "" : cell(row, positions, columns.site());
            if (columns.site() != null) {
                CsvTable.requireText(number, columns.site(), site, mistakes);
            }
            columns.attributes()
                    .forEach(column -> CsvTable.requireText(number, column, cell(row, positions, column), mistakes));
            if (mistakes.size() == before) {
                UploadedImage known = Objects.requireNonNull(image);
                requireOnePatient(number, known, Objects.requireNonNull(patient));
                ImageRecord ofFile = new ImageRecord(
                        known.name(), known.content(), patient, labels, date, site.isEmpty() ? null : site);
                // the only frame of a file is the file
                records.add(frame == null || known.frames() == 1 ? ofFile : ofFile.ofFrame(frame, known.frames()));
            }
        }

        /** The number of a frame; null where the cell is empty, and where it is no such number. */
        private @Nullable Integer frame(long row, UploadedImage file, String value) {
            if (value.isEmpty()) {
                return null;
            }
            if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) >= file.frames()) {
                mistake(
                        row,
                        Objects.requireNonNull(columns.frame()),
                        "must be a number from 0 to " + (file.frames() - 1) + ", as the file has " + file.frames()
                                + (file.frames() == 1 ? " frame" : " frames") + ", or empty, for the file as a whole");
                return null;
            }
            return Integer.valueOf(value);
        }

        /** An image has one row, and a file either one or some that each name a frame. */
        private void requireOnce(long row, UploadedImage file, @Nullable Integer frame) {
            Long earlier = rowOfImage.putIfAbsent(frame == null ? file.name() : file.name() + "\t" + frame, row);
            if (earlier != null) {
                mistake(row, columns.file(), "names the same image as row " + earlier + "; keep one of them");
                return;
            }
            FileRow first = rowOfFile.putIfAbsent(file.name(), new FileRow(row, frame == null, null));
            if (first != null && first.isAboutFile() != (frame == null)) {
                mistake(
                        row,
                        columns.file(),
                        "is about " + (frame == null ? "the file" : "a frame of it") + ", and row " + first.row()
                                + " about " + (frame == null ? "a frame of it" : "the file")
                                + "; name the frame in all rows of a file, or have one row without");
            }
        }

        private void requireOnePatient(long row, UploadedImage file, PatientId patient) {
            FileRow first = Objects.requireNonNull(rowOfFile.get(file.name()));
            if (first.patient() == null) {
                rowOfFile.put(file.name(), new FileRow(first.row(), first.isAboutFile(), patient));
            } else if (!first.patient().equals(patient)) {
                mistake(
                        row,
                        columns.patientId(),
                        "is not that of row " + first.row()
                                + ", which is about the same file; a file is of one patient");
            }
        }

        /** A row whose cells may be under the wrong names, as they are behind a separator that was not quoted. */
        void addNothingOf(CsvTable.Row row, Map<String, Integer> positions, LayoutMistake fault) {
            mistakes.add(fault);
            UploadedImage image = imageNamed(cell(row, positions, columns.file()));
            if (image != null) {
                named.add(image.name());
            }
        }

        List<ImageRecord> finish() {
            if (records.isEmpty() && mistakes.isEmpty()) {
                mistakes.add(new LayoutMistake("manifest", "has no rows below its header"));
            }
            imagesByName.keySet().stream()
                    .filter(name -> !named.contains(name))
                    .sorted()
                    .forEach(name -> mistakes.add(new LayoutMistake(
                            name, "was uploaded, but no row of the manifest names it; add the row or leave it out")));
            return records;
        }

        private String cell(CsvTable.Row row, Map<String, Integer> positions, String column) {
            return row.cell(Objects.requireNonNull(positions.get(column)));
        }

        private @Nullable UploadedImage imageNamed(String file) {
            UploadedImage image = imagesByName.get(manifest.folderPrefix() + file);
            return image == null ? imagesByName.get(file) : image;
        }

        private @Nullable UploadedImage image(long row, String file) {
            if (file.isEmpty()) {
                mistake(row, columns.file(), "is empty; it must name an uploaded image");
                return null;
            }
            UploadedImage image = imageNamed(file);
            if (image == null) {
                mistake(
                        row,
                        columns.file(),
                        "names no uploaded image; paths are relative to the manifest" + spelling(file));
                return null;
            }
            named.add(image.name());
            return image;
        }

        /** How a path is written that would name an image if it were. */
        private String spelling(String file) {
            String slashed = file.replace('\\', '/');
            String plain = slashed.startsWith("./") ? slashed.substring(2) : slashed;
            if (imageNamed(plain) == null) {
                return (file.contains("\\") ? ", with / between folders in place of \\" : "") + lookingTheSame(plain);
            }
            return slashed.equals(file)
                    ? ", without ./ in front"
                    : ", with / between folders in place of \\"
                            + (plain.equals(slashed) ? "" : " and without .\\ in front");
        }

        /** Why a path names no image although people, or file systems, take it for one's. */
        private String lookingTheSame(String file) {
            LookAlikes known = lookAlikes;
            if (known == null) {
                known = new LookAlikes(imagesByName.keySet());
                lookAlikes = known;
            }
            String alike = known.of(List.of(manifest.folderPrefix() + file, file), "an image");
            return alike.isEmpty() ? incomplete(file) : alike;
        }

        /** What a path lacks, or has too much of, for it to name an image. */
        private String incomplete(String file) {
            PartialPaths known = partialPaths;
            if (known == null) {
                known = new PartialPaths(imagesByName.keySet());
                partialPaths = known;
            }
            return known.of(file);
        }

        private @Nullable PatientId patient(long row, String value) {
            try {
                return new PatientId(value);
            } catch (IllegalArgumentException e) {
                mistake(
                        row,
                        columns.patientId(),
                        value.isEmpty()
                                ? "is empty; every image needs a patient"
                                : "must have at most 128 characters, none of them a control character");
                return null;
            }
        }

        private @Nullable LocalDate date(long row, String value) {
            if (value.isEmpty()) {
                return null;
            }
            String column = Objects.requireNonNull(columns.date());
            try {
                LocalDate day = LocalDate.parse(
                        value,
                        value.length() == 8 ? DateTimeFormatter.BASIC_ISO_DATE : DateTimeFormatter.ISO_LOCAL_DATE);
                if (ExaminationDay.isOne(day)) {
                    return day;
                }
                mistake(
                        row,
                        column,
                        "is a day on which nobody was examined; years from " + ExaminationDay.FIRST_YEAR + " to "
                                + ExaminationDay.LAST_YEAR
                                + " are accepted, and an empty cell where the day is not known");
            } catch (DateTimeException e) {
                mistake(row, column, "is no day; write it as 2026-01-31 or 20260131");
            }
            return null;
        }

        private void mistake(long row, String column, String detail) {
            mistakes.add(new LayoutMistake("row " + row + ", column " + column, detail));
        }
    }
}
