package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
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
     * @param images all images of the dataset
     * @throws IllegalArgumentException if it is not the manifest of that layout
     */
    public static ManifestAttributes of(
            DatasetLayout.ManifestColumns columns, Collection<ImageRecord> images, UploadedManifest manifest) {
        Map<String, List<ImageRecord>> known = images.stream().collect(Collectors.groupingBy(ImageRecord::file));
        SortedMap<String, List<String>> values = new TreeMap<>();
        Map<String, String> shared = new HashMap<>();
        int rows = 0;
        try {
            try (CsvTable table = CsvTable.of(manifest.content().text())) {
                int file = position(table, columns.file());
                int frame = columns.frame() == null ? -1 : position(table, columns.frame());
                List<Integer> attributes = columns.attributes().stream()
                        .map(attribute -> position(table, attribute))
                        .toList();
                for (CsvTable.Row row : table) {
                    rows++;
                    String name = row.cell(file);
                    List<ImageRecord> ofFile =
                            known.getOrDefault(manifest.folderPrefix() + name, known.getOrDefault(name, List.of()));
                    if (ofFile.isEmpty()) {
                        throw new IllegalArgumentException("row " + row.number() + " names no image");
                    }
                    List<String> ofRow = attributes.stream()
                            .map(row::cell)
                            .map(value -> shared.computeIfAbsent(value, same -> same))
                            .toList();
                    String number = frame < 0 ? "" : row.cell(frame);
                    ofFile.stream()
                            .filter(image -> number.isEmpty()
                                    || image.frame() == null
                                    || image.frame() == Integer.parseInt(number))
                            .forEach(image -> values.put(image.name(), ofRow));
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
     * @param images all images of the dataset
     * @param metadataByImage what the files of the dataset say, by the images' names
     * @throws IllegalArgumentException if it is not the table of that layout
     */
    public static ManifestAttributes of(
            DatasetLayout.Dicom layout,
            Task task,
            Collection<ImageRecord> images,
            Map<String, ImageMetadata> metadataByImage,
            UploadedManifest table) {
        return new DicomTreeReader(layout, task).attributes(images, metadataByImage, table);
    }

    private static int position(CsvTable table, String column) {
        List<Integer> positions = table.positions(column);
        if (positions.isEmpty()) {
            throw new IllegalArgumentException("the manifest has no column " + column);
        }
        return positions.get(0);
    }
}
