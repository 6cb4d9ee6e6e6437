package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.Task;

/**
 * What the named attribute columns of a manifest say, with the number of its rows. For manifests that {@link LayoutResolution} has
 * accepted.
 *
 * @param rows below the header; of the table of a DICOM tree one for each key, however often it was repeated
 * @param attributes of the images that rows name
 */
public record ManifestAttributes(int rows, ImageAttributes attributes) {

    /**
     * Reads a manifest again.
     *
     * @param images names of all images of the dataset
     * @throws IllegalArgumentException if it is not the manifest of that layout
     */
    public static ManifestAttributes of(
            DatasetLayout.ManifestColumns columns, Collection<String> images, UploadedManifest manifest) {
        Set<String> known = new HashSet<>(images);
        SortedMap<String, List<String>> values = new TreeMap<>();
        Map<String, String> shared = new HashMap<>();
        int rows = 0;
        try {
            String text = manifest.content().text();
            try (CSVParser parser = CSVParser.parse(text, ManifestReader.format(text))) {
                Map<String, Integer> positions = null;
                for (CSVRecord row : parser) {
                    if (positions == null) {
                        positions = positions(row);
                        continue;
                    }
                    rows++;
                    List<String> ofRow = new ArrayList<>();
                    for (String attribute : columns.attributes()) {
                        String cell = cell(row, positions, attribute);
                        ofRow.add(shared.computeIfAbsent(cell, same -> same));
                    }
                    String file = cell(row, positions, columns.file());
                    String name =
                            known.contains(manifest.folderPrefix() + file) ? manifest.folderPrefix() + file : file;
                    if (!known.contains(name)) {
                        throw new IllegalArgumentException("row " + row.getRecordNumber() + " names no image");
                    }
                    values.put(name, ofRow);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("the manifest is no CSV file in UTF-8", e);
        }
        return new ManifestAttributes(rows, new ImageAttributes(columns.attributes(), values));
    }

    /**
     * Reads the table of a DICOM tree again.
     *
     * @param task of the dataset
     * @param metadataByImage what the files of the dataset say, by the images' names
     * @throws IllegalArgumentException if it is not the table of that layout
     */
    public static ManifestAttributes of(
            DatasetLayout.Dicom layout, Task task, Map<String, ImageMetadata> metadataByImage, UploadedManifest table) {
        return new DicomTreeReader(layout, task).attributes(metadataByImage, table);
    }

    private static Map<String, Integer> positions(CSVRecord header) {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            positions.put(header.get(i).strip(), i);
        }
        return positions;
    }

    private static String cell(CSVRecord row, Map<String, Integer> positions, String column) {
        Integer position = positions.get(column);
        if (position == null) {
            throw new IllegalArgumentException("the manifest has no column " + column);
        }
        return position < row.size() ? row.get(position).strip() : "";
    }
}
