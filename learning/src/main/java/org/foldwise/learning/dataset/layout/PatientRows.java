package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.FileNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Spelling;

/**
 * Finds the rows of some patients in a manifest that need not be in order. Of each row only image and patient are looked at: mistakes
 * elsewhere, which would keep the files from being a cohort, do not matter.
 */
final class PatientRows {
    private final DatasetLayout.ManifestColumns columns;
    private final Set<String> images;
    /** By what names have in common that look the same, so that none is kept because a row writes it in another way. */
    private final Map<String, String> imagesByKey;

    private final String folder;
    private final Set<String> patients;

    PatientRows(
            DatasetLayout.ManifestColumns columns,
            Collection<UploadedImage> images,
            UploadedManifest manifest,
            Set<PatientId> patients) {
        this.columns = columns;
        this.images = images.stream().map(UploadedImage::name).collect(Collectors.toSet());
        this.imagesByKey = this.images.stream()
                .collect(Collectors.toMap(FileNames::collisionKey, name -> name, (one, other) -> one));
        this.folder = manifest.folderPrefix();
        this.patients =
                patients.stream().map(PatientId::value).map(Spelling::stripped).collect(Collectors.toSet());
    }

    /** What the rows say. */
    PatientImages in(ManifestBytes manifest) {
        SortedSet<String> names = new TreeSet<>();
        List<Boolean> uncertain = new ArrayList<>();
        boolean isMentioned = false;
        for (String text : manifest.readings()) {
            isMentioned |= WholeWords.isOneIn(text, patients);
            read(text, names, uncertain);
        }
        // a reading that has not both columns says nothing, unless none has
        return new PatientImages(
                names, uncertain.isEmpty() ? isMentioned : uncertain.stream().anyMatch(is -> is));
    }

    private void read(String text, SortedSet<String> names, List<Boolean> uncertain) {
        boolean isUncertain = false;
        long linesRead = 0;
        try (CsvTable table = CsvTable.of(text)) {
            List<Integer> files = table.positions(columns.file());
            List<Integer> keys = table.positions(columns.patientId());
            if (files.isEmpty() || keys.isEmpty()) {
                return;
            }
            linesRead = table.linesRead();
            for (CsvTable.Row row : table) {
                linesRead = table.linesRead();
                boolean isInOrder = isInOrder(table, row);
                if (keys.stream().map(row::cell).anyMatch(patients::contains)) {
                    boolean isFound = addImages(files.stream().map(row::cell).toList(), names);
                    isUncertain |= !isFound && !isInOrder;
                } else {
                    isUncertain |= !isInOrder && WholeWords.isOneIn(String.join(", ", row.cells()), patients);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            isUncertain |= WholeWords.isOneIn(text.lines().skip(linesRead).collect(Collectors.joining("\n")), patients);
        }
        uncertain.add(isUncertain);
    }

    /** Otherwise cells may be under wrong names, and quotes that do not belong to each other make one cell of several rows. */
    private static boolean isInOrder(CsvTable table, CsvTable.Row row) {
        return table.fault(row) == null
                && row.cells().stream().noneMatch(cell -> cell.indexOf('\n') >= 0 || cell.indexOf('\r') >= 0);
    }

    /** Whether there are any. */
    private boolean addImages(List<String> files, SortedSet<String> names) {
        boolean isFound = false;
        for (String file : files) {
            for (String written : List.of(folder + file, file)) {
                String name = images.contains(written) ? written : imagesByKey.get(FileNames.collisionKey(written));
                if (name != null) {
                    names.add(name);
                    isFound = true;
                    break;
                }
            }
        }
        return isFound;
    }
}
