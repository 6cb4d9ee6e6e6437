package org.foldwise.api.prediction;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalDouble;
import org.foldwise.learning.explanation.GradCam;
import org.foldwise.learning.explanation.Heatmap;
import org.foldwise.learning.explanation.MapCheck;
import org.foldwise.learning.explanation.Overlay;
import org.foldwise.learning.imaging.Placement;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.prediction.Observation;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Explanation",
        description =
                "Which places of the image speak for a class. It shows where the model looked, not that it is right.")
record ExplanationView(
        ExplanationMethod method,
        @Schema(description = "What speaks for this class is hot.", example = "PNEUMONIA") String explainedClass,
        @Schema(description = "Cells from top to bottom.", example = "7") int rows,
        @Schema(description = "Cells from left to right.", example = "7") int columns,
        @Schema(
                        description =
                                "Row by row, 0 to 1, scaled within this map: it says how places of one image compare,"
                                        + " nothing about two images.")
                List<List<Double>> heat,
        @Schema(
                        description =
                                "Whether no place speaks for the class, or all together move the answer by nothing that counts; heat is 0 everywhere then.")
                boolean blank,
        @Schema(
                        description =
                                "Share of the heat in the outer tenth along the edges of what the network saw, where markers and"
                                        + " collimator edges lie. Read it beside borderArea. Absent of a blank map.",
                        example = "0.21")
                @Nullable
                Double borderShare,
        @Schema(
                        description = "The outer tenth's share of the area: what heat spread evenly has there.",
                        example = "0.36")
                double borderArea,
        @Schema(description = "What the cells cover together, row by row and column by column alike.") Box box,
        @Schema(description = "Of the upright image, in pixels.", example = "1324") int imageWidth,
        @Schema(description = "Of the upright image, in pixels.", example = "978") int imageHeight,
        @Schema(
                        description =
                                "If asked for, a PNG file: the image, beside it the same darkened under the heat with"
                                        + " lines around 0.25 and 0.5, and the scale.",
                        format = "byte")
                @Nullable
                String overlay) {

    @Schema(
            name = "ExplanationBox",
            description =
                    "A rectangle in pixels of the upright image, from its upper left corner. It reaches beyond the image"
                            + " where a margin was added, and leaves out what was cut off.")
    record Box(
            @Schema(example = "0") double left,
            @Schema(example = "-173") double top,
            @Schema(example = "1324") double width,
            @Schema(example = "1324") double height) {
        static Box of(Placement placement) {
            return new Box(placement.left(), placement.top(), placement.width(), placement.height());
        }
    }

    static ExplanationView of(ExplanationQuery query, Observation observation) {
        Heatmap map =
                switch (query.method()) {
                    case GRAD_CAM -> GradCam.ofMean(observation.traces(), 0, query.target(observation.prediction()));
                };
        return new ExplanationView(
                query.method(),
                query.classOf(observation.prediction()),
                map.rows(),
                map.columns(),
                heat(map),
                map.isBlank(),
                borderShare(map),
                Heatmap.areaOfBorder(MapCheck.BORDER),
                Box.of(observation.placement()),
                observation.image().width(),
                observation.image().height(),
                query.overlay() ? overlay(observation, map) : null);
    }

    private static @Nullable Double borderShare(Heatmap map) {
        OptionalDouble share = map.shareInBorder(MapCheck.BORDER);
        return share.isPresent() ? share.getAsDouble() : null;
    }

    private static List<List<Double>> heat(Heatmap map) {
        List<List<Double>> heat = new ArrayList<>();
        for (int row = 0; row < map.rows(); row++) {
            List<Double> cells = new ArrayList<>();
            for (int column = 0; column < map.columns(); column++) {
                cells.add(map.heat(row, column));
            }
            heat.add(cells);
        }
        return heat;
    }

    private static String overlay(Observation observation, Heatmap map) {
        byte[] png = PngEncoder.encode(Overlay.of(observation.image(), observation.placement(), map));
        return Base64.getEncoder().encodeToString(png);
    }
}
