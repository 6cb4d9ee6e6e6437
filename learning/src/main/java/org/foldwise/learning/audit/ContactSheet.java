package org.foldwise.learning.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.AugmentationAuditReport.SheetRow;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.training.PreprocessedImages;
import org.foldwise.learning.training.TrainingViews;

/**
 * Images and what becomes of them, for a person: in each row an image as it is, then, after a gap, its views in the first epochs. First
 * come rows of each class, of as many patients, under all augmentations, then, after a gap, one row for each augmentation by itself,
 * carried out in every view: of a rare one there would be nothing to see else. Nothing is written on it. Tiles are as large as the network sees images, but no larger than 128 pixels.
 *
 * @param rows what they show, from top to bottom
 * @param image grey or RGB, on white
 */
record ContactSheet(List<SheetRow> rows, PixelImage image) {
    /** Views in a row. */
    static final int VIEWS = 6;

    private static final int LARGEST_TILE = 128;
    private static final int GAP = 3;
    private static final int WIDE_GAP = 12;
    private static final int ROWS_A_CLASS = 3;
    private static final int MOST_CLASS_ROWS = 45;

    /** Draws a sheet. */
    static ContactSheet of(
            ExperimentPlan plan,
            Cohort cohort,
            List<ImageRecord> sample,
            PreprocessedImages source,
            TrainingViews views) {
        int perClass = Math.max(
                1, Math.min(ROWS_A_CLASS, MOST_CLASS_ROWS / cohort.classes().size()));
        List<SheetRow> rows = new ArrayList<>();
        List<List<PixelImage>> tiles = new ArrayList<>();
        for (String name : cohort.classes()) {
            Map<PatientId, ImageRecord> ofClass = new LinkedHashMap<>();
            sample.stream()
                    .filter(image -> image.shows(name))
                    .forEach(image -> ofClass.putIfAbsent(image.patient(), image));
            ofClass.values().stream().limit(perClass).forEach(image -> {
                rows.add(new SheetRow(name, null));
                tiles.add(row(image, source, views));
            });
        }
        int classRows = rows.size();
        for (int step = 0; step < plan.augmentation().size(); step++) {
            TrainingViews byStep = views.by(List.of(step)).always();
            int number = step;
            sample.stream()
                    .filter(byStep::concern)
                    .filter(image -> !image.labels().isEmpty())
                    .findFirst()
                    .ifPresent(image -> {
                        rows.add(new SheetRow(image.labels().get(0), number));
                        tiles.add(row(image, source, byStep));
                    });
        }
        return new ContactSheet(List.copyOf(rows), drawn(tiles, classRows));
    }

    private static List<PixelImage> row(ImageRecord image, PreprocessedImages source, TrainingViews views) {
        List<PixelImage> tiles = new ArrayList<>();
        tiles.add(tile(source.pixelsOf(image)));
        for (int epoch = 0; epoch < VIEWS; epoch++) {
            tiles.add(tile(views.view(image, epoch)));
        }
        return tiles;
    }

    private static PixelImage tile(PixelImage image) {
        int side = Math.min(LARGEST_TILE, Math.max(image.width(), image.height()));
        return image.width() <= side && image.height() <= side
                ? image
                : image.resized(side, side, ResizeFilter.BILINEAR);
    }

    private static PixelImage drawn(List<List<PixelImage>> rows, int classRows) {
        if (rows.isEmpty()) {
            return PixelImage.of(1, 1, 1, new byte[] {(byte) 255});
        }
        PixelImage first = rows.get(0).get(0);
        int tileWidth = first.width();
        int tileHeight = first.height();
        int channels = first.channels();
        boolean parted = classRows > 0 && classRows < rows.size();
        int width = GAP + tileWidth + WIDE_GAP + VIEWS * (tileWidth + GAP);
        int height = GAP + rows.size() * (tileHeight + GAP) + (parted ? WIDE_GAP : 0);
        byte[] samples = new byte[width * height * channels];
        Arrays.fill(samples, (byte) 255);
        for (int row = 0; row < rows.size(); row++) {
            int top = GAP + row * (tileHeight + GAP) + (parted && row >= classRows ? WIDE_GAP : 0);
            for (int column = 0; column < rows.get(row).size(); column++) {
                int left = column == 0 ? GAP : GAP + tileWidth + WIDE_GAP + (column - 1) * (tileWidth + GAP);
                byte[] tile = rows.get(row).get(column).samples();
                for (int y = 0; y < tileHeight; y++) {
                    System.arraycopy(
                            tile,
                            y * tileWidth * channels,
                            samples,
                            ((top + y) * width + left) * channels,
                            tileWidth * channels);
                }
            }
        }
        return PixelImage.of(width, height, channels, samples);
    }
}
