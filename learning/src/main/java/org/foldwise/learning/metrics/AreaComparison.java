package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Areas under the ROC curves of one or more models on the same cases, and their covariance over clusters of cases, without
 * assuming anything of the scores (Obuchowski 1997, Nonparametric Analysis of Clustered ROC Curve Data). With x_i and y_i the
 * sums over the positives and the negatives of cluster i of their {@linkplain StructuralComponents components} less the area,
 *
 * <pre>{@code
 * cov = I10 / (I10 - 1) sum x_i x'_i / M^2  +  I01 / (I01 - 1) sum y_i y'_i / N^2
 *     + I / (I - 1) sum (x_i y'_i + x'_i y_i) / (M N)
 * }</pre>
 *
 * for M positives in I10 clusters, N negatives in I01 clusters and I clusters in all. With clusters of one case each the last
 * term is 0, and it is the covariance of DeLong, DeLong and Clarke-Pearson (1988).
 */
final class AreaComparison {
    private final double[] areas;
    private final double[][] covariance;
    private final long[][] sizes;
    private final List<double[][]> deviations;

    private AreaComparison(double[] areas, double[][] covariance, long[][] sizes, List<double[][]> deviations) {
        this.areas = areas;
        this.covariance = covariance;
        this.sizes = sizes;
        this.deviations = deviations;
    }

    /**
     * How far an area can be believed where clusters differ in size.
     *
     * @param variance by the jackknife's weights, 0 or more; of clusters of one size that of DeLong or Obuchowski
     * @param degreesOfFreedom how well it is known, 1 or more; NaN where it is 0
     */
    record Spread(double variance, double degreesOfFreedom) {}

    /**
     * Areas and covariance.
     *
     * @param models the same cases in the same order, scored by each model
     * @param clusterOf what belongs together: the patient, or the image itself
     * @throws IllegalArgumentException if a class is missing or has only one cluster
     */
    static AreaComparison of(List<List<ScoredCase>> models, Function<ScoredCase, ?> clusterOf) {
        List<ScoredCase> first = models.get(0);
        int n = first.size();
        boolean[] positive = new boolean[n];
        Map<Object, Integer> indexOf = new HashMap<>();
        int[] cluster = new int[n];
        for (int i = 0; i < n; i++) {
            positive[i] = first.get(i).positive();
            Integer known = indexOf.putIfAbsent(clusterOf.apply(first.get(i)), indexOf.size());
            cluster[i] = known == null ? indexOf.size() - 1 : known;
        }
        int clusters = indexOf.size();
        long[][] sizes = sizes(positive, cluster, clusters);
        double[] areas = new double[models.size()];
        List<double[][]> deviations = new ArrayList<>();
        for (int model = 0; model < areas.length; model++) {
            double[] scores = models.get(model).stream()
                    .mapToDouble(ScoredCase::probability)
                    .toArray();
            StructuralComponents components = StructuralComponents.of(scores, positive);
            areas[model] = components.area();
            deviations.add(components.deviations(positive, cluster, clusters));
        }
        double[][] covariance = new double[areas.length][areas.length];
        for (int one = 0; one < areas.length; one++) {
            for (int other = 0; other < areas.length; other++) {
                covariance[one][other] = covariance(deviations.get(one), deviations.get(other), sizes);
            }
        }
        return new AreaComparison(areas, covariance, sizes, deviations);
    }

    double area(int model) {
        return areas[model];
    }

    double covariance(int one, int other) {
        return covariance[one][other];
    }

    /** By {@link PatientJackknife}, the sums of a cluster's positives and of its negatives each with their own factor. */
    Spread spread(int model) {
        double[] parts = new double[sizes[0].length];
        double[] squares = new double[2];
        List<PatientJackknife> kinds = List.of(new PatientJackknife(), new PatientJackknife());
        for (int kind = 0; kind < 2; kind++) {
            PatientJackknife jackknife = kinds.get(kind);
            double total = 0;
            for (long size : sizes[kind]) {
                jackknife.add((double) size, 1);
                total += size;
            }
            for (int i = 0; i < parts.length; i++) {
                double part = deviations.get(model)[kind][i] * jackknife.factor((double) sizes[kind][i]) / total;
                parts[i] += part;
                squares[kind] += part * part;
            }
        }
        return new Spread(
                Arrays.stream(parts).map(part -> part * part).sum(),
                PatientJackknife.degreesOfFreedom(squares[0], kinds.get(0), squares[1], kinds.get(1)));
    }

    int clustersWithPositives() {
        return clustersWith(0);
    }

    int clustersWithNegatives() {
        return clustersWith(1);
    }

    private int clustersWith(int row) {
        return (int) Arrays.stream(sizes[row]).filter(size -> size > 0).count();
    }

    /** Positives and negatives of each cluster. */
    private static long[][] sizes(boolean[] positive, int[] clusterOf, int clusters) {
        long[][] sizes = new long[2][clusters];
        for (int i = 0; i < positive.length; i++) {
            sizes[positive[i] ? 0 : 1][clusterOf[i]]++;
        }
        return sizes;
    }

    private static double covariance(double[][] one, double[][] other, long[][] sizes) {
        double positives = 0;
        double negatives = 0;
        int withPositives = 0;
        int withNegatives = 0;
        double positiveSum = 0;
        double negativeSum = 0;
        double mixedSum = 0;
        int clusters = sizes[0].length;
        for (int i = 0; i < clusters; i++) {
            positives += sizes[0][i];
            negatives += sizes[1][i];
            withPositives += sizes[0][i] > 0 ? 1 : 0;
            withNegatives += sizes[1][i] > 0 ? 1 : 0;
            positiveSum += one[0][i] * other[0][i];
            negativeSum += one[1][i] * other[1][i];
            mixedSum += one[0][i] * other[1][i] + other[0][i] * one[1][i];
        }
        if (withPositives < 2 || withNegatives < 2) {
            throw new IllegalArgumentException("a variance needs 2 clusters with positives and 2 with negatives, had "
                    + withPositives + " and " + withNegatives);
        }
        return withPositives / (withPositives - 1.0) * positiveSum / (positives * positives)
                + withNegatives / (withNegatives - 1.0) * negativeSum / (negatives * negatives)
                + clusters / (clusters - 1.0) * mixedSum / (positives * negatives);
    }

    /** Cases by image name, in order; refuses a name that comes twice. */
    static SortedMap<String, ScoredCase> byImage(List<ScoredCase> cases) {
        SortedMap<String, ScoredCase> byImage = new TreeMap<>();
        for (ScoredCase scored : cases) {
            if (byImage.put(scored.image(), scored) != null) {
                throw new IllegalArgumentException("image '" + scored.image() + "' is scored twice");
            }
        }
        return byImage;
    }

    /**
     * Two models' scores of the same images, in the order of names.
     *
     * @throws IllegalArgumentException unless both have the same images, of the same patients and classes
     */
    static List<List<ScoredCase>> paired(List<ScoredCase> one, List<ScoredCase> other) {
        SortedMap<String, ScoredCase> ofOne = byImage(one);
        SortedMap<String, ScoredCase> ofOther = byImage(other);
        if (!ofOne.keySet().equals(ofOther.keySet())) {
            throw new IllegalArgumentException("two models are compared on the same images, had " + ofOne.size()
                    + " and " + ofOther.size() + " with differences");
        }
        for (Map.Entry<String, ScoredCase> entry : ofOne.entrySet()) {
            ScoredCase twin = ofOther.getOrDefault(entry.getKey(), entry.getValue());
            if (entry.getValue().positive() != twin.positive()
                    || !entry.getValue().patient().equals(twin.patient())) {
                throw new IllegalArgumentException(
                        "image '" + entry.getKey() + "' has another class or patient in the other model's scores");
            }
        }
        return List.of(List.copyOf(ofOne.values()), List.copyOf(ofOther.values()));
    }
}
