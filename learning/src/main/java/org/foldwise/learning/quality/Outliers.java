package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.metrics.Quantiles;

/**
 * Images that lie far from all others in some measure: more than {@value #FAR} robust standard deviations from the median, which are
 * 1.4826 times the median of the distances to it (Leys and others 2013, Detecting Outliers: Do Not Use Standard Deviation around the
 * Mean). Where more than half of the images agree exactly, the others are outliers if they are at most one in twenty.
 *
 * @param images their names
 * @param measures the names of the measures in which any of them does
 */
record Outliers(SortedSet<String> images, List<String> measures) {
    private static final double FAR = 6;
    private static final double TO_STANDARD_DEVIATIONS = 1.4826;
    private static final double RARE = 0.05;
    private static final int FEWEST_IMAGES = 20;

    static Outliers among(MeasuredCohort measured, Map<String, ToDoubleFunction<ImageMeasures>> values) {
        SortedSet<String> images = new TreeSet<>();
        List<String> measures = new ArrayList<>();
        int count = measured.measures().size();
        values.forEach((name, value) -> {
            boolean[] outlying =
                    outlying(measured.measures().stream().mapToDouble(value).toArray());
            for (int i = 0; i < count; i++) {
                if (outlying[i]) {
                    images.add(measured.cohort().images().get(i).name());
                }
            }
            for (boolean any : outlying) {
                if (any) {
                    measures.add(name);
                    break;
                }
            }
        });
        return new Outliers(images, measures);
    }

    static boolean[] outlying(double[] values) {
        boolean[] outlying = new boolean[values.length];
        if (values.length < FEWEST_IMAGES) {
            return outlying;
        }
        double median = median(values);
        double[] distances =
                Arrays.stream(values).map(value -> Math.abs(value - median)).toArray();
        double deviation = TO_STANDARD_DEVIATIONS * median(distances);
        long different =
                Arrays.stream(distances).filter(distance -> distance > 0).count();
        for (int i = 0; i < values.length; i++) {
            outlying[i] = deviation > 0
                    ? distances[i] > FAR * deviation
                    : distances[i] > 0 && different <= RARE * values.length;
        }
        return outlying;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return Quantiles.ofSorted(sorted, 0.5);
    }

    Optional<Finding> finding(Finding.Code code, String suggestion) {
        return images.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        code,
                        Finding.Severity.NOTICE,
                        Counted.of(images.size(), "image differs", "images differ") + " from all others in "
                                + String.join(", ", measures),
                        List.of(Finding.Figure.of("images", images.size())),
                        List.copyOf(images),
                        suggestion));
    }
}
