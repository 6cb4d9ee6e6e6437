package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;

/**
 * A permutation test of whether a class is spread over groups of images, such as those of each maker, as if patients had come to the
 * groups by lot (Fisher 1935, The Design of Experiments; Good 2005, Permutation, Parametric and Bootstrap Tests of Hypotheses). What is
 * exchanged are patients with all their labels, so that images of a patient count as one piece of luck; no approximation for many
 * patients is made, so that it holds for few.
 *
 * <p>The statistic is Pearson's: for each group the square of how many more images of the class it has than its share of all, over
 * that group's variance. A patient whose images are in several groups counts for each in part. Of a quantity it is Wilcoxon's (1945,
 * Individual Comparisons by Ranking Methods): how far the class's sum of ranks is from what its share of all would be, on either side.
 */
final class PatientExchange {
    /** Relative; sums of the same numbers in another order are equal. */
    private static final double ROUNDING = 1e-9;
    /** After so many exchanges that are as uneven it is known well enough that there is nothing. */
    private static final int ENOUGH = 100;
    /** A value below the level is found if so many exchanges would be as uneven at the level. */
    private static final int AT_LEVEL = 20;

    private static final int MOST = 1_000_000;

    private final int[] images;
    private final double[] positives;
    private final double[][] shares;
    private final boolean ofRanks;
    /** Whether the sum over patients is divided by how far their parts of it are spread, see {@link #ofEqualPatients}. */
    private final boolean studentised;

    private final int total;
    private final double totalPositive;

    private PatientExchange(int[] images, double[] positives, double[][] shares, boolean ofRanks, boolean studentised) {
        this.images = images;
        this.positives = positives;
        this.shares = shares;
        this.ofRanks = ofRanks;
        this.studentised = studentised;
        int all = 0;
        double ofClass = 0;
        for (int patient = 0; patient < images.length; patient++) {
            all += images[patient];
            ofClass += positives[patient];
        }
        this.total = all;
        this.totalPositive = ofClass;
    }

    /**
     * The images, patient by patient.
     *
     * @param indicators by image, 1 for the group that it is in and 0 for the others
     * @param isPositive which images show the class
     */
    static PatientExchange of(List<ImageRecord> records, double[][] indicators, Predicate<ImageRecord> isPositive) {
        return of(records, indicators, isPositive, false);
    }

    /**
     * The images, patient by patient, and a quantity.
     *
     * @param ranks by image
     * @param isPositive which images show the class
     */
    static PatientExchange ofRanks(List<ImageRecord> records, double[] ranks, Predicate<ImageRecord> isPositive) {
        double[][] columns =
                Arrays.stream(ranks).mapToObj(rank -> new double[] {rank}).toArray(double[][]::new);
        return of(records, columns, isPositive, true);
    }

    private static PatientExchange of(
            List<ImageRecord> records, double[][] indicators, Predicate<ImageRecord> isPositive, boolean ofRanks) {
        Map<PatientId, List<Integer>> byPatient = new TreeMap<>();
        for (int i = 0; i < records.size(); i++) {
            byPatient
                    .computeIfAbsent(records.get(i).patient(), patient -> new ArrayList<>())
                    .add(i);
        }
        int groups = indicators.length == 0 ? 0 : indicators[0].length;
        int[] images = new int[byPatient.size()];
        double[] positives = new double[byPatient.size()];
        double[][] shares = new double[byPatient.size()][groups];
        int patient = 0;
        for (List<Integer> members : byPatient.values()) {
            images[patient] = members.size();
            for (int member : members) {
                positives[patient] += isPositive.test(records.get(member)) ? 1 : 0;
                for (int group = 0; group < groups; group++) {
                    shares[patient][group] += indicators[member][group] / members.size();
                }
            }
            patient++;
        }
        return new PatientExchange(images, positives, shares, ofRanks, false);
    }

    /**
     * The same, every patient counting as one image. Labels are exchanged with the number of images that have them; where few patients have
     * many images each and are in one group, nobody else fills it, and who else has that label hardly counts.
     *
     * <p>Of ranks the statistic is studentised then (Janssen 1997, Studentized permutation tests for non-i.i.d. hypotheses): who has many images has a mean rank and a share of
     * labels near the middle, who has one has both at the ends, and an exchange parts the two.
     */
    PatientExchange ofEqualPatients() {
        int[] one = new int[images.length];
        double[] shareOfClass = new double[images.length];
        for (int patient = 0; patient < one.length; patient++) {
            one[patient] = 1;
            shareOfClass[patient] = positives[patient] / images[patient];
        }
        return new PatientExchange(one, shareOfClass, centred(), ofRanks, ofRanks);
    }

    /** Of ranks the distances from their mean, which is what their spread is about; sums of what is exchanged are the same. */
    private double[][] centred() {
        if (!ofRanks) {
            return shares;
        }
        double mean = Arrays.stream(shares).mapToDouble(one -> one[0]).average().orElse(0);
        return Arrays.stream(shares).map(one -> new double[] {one[0] - mean}).toArray(double[][]::new);
    }

    /** How many patients there are to exchange. */
    int patients() {
        return images.length;
    }

    /**
     * How often patients who are exchanged at random are spread as unevenly, in (0, 1]. Counted over random exchanges, and a valid p
     * value as it stands: of the observed order and all drawn ones, or, once a hundred were as uneven, of the drawn ones (Besag and
     * Clifford 1991, Sequential Monte Carlo p-Values). Equal images have equal values.
     *
     * @param level that it is compared with, above 0; the smaller, the more exchanges
     */
    double pValue(double level) {
        int[] order = new int[images.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        double limit = unevenness(order) * (1 - ROUNDING);
        SplittableRandom random = new SplittableRandom(images.length);
        int most = (int) Math.min(MOST, Math.ceil(AT_LEVEL / level));
        int asUneven = 0;
        for (int done = 1; done <= most; done++) {
            for (int i = order.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int moved = order[i];
                order[i] = order[other];
                order[other] = moved;
            }
            if (unevenness(order) >= limit) {
                asUneven++;
                if (asUneven == ENOUGH) {
                    return (double) asUneven / done;
                }
            }
        }
        return (asUneven + 1.0) / (most + 1.0);
    }

    /** Of ranks: above 0 where those of the class are the higher ones, patients as they count here. */
    double surplus() {
        double share = totalPositive / total;
        double surplus = 0;
        for (int patient = 0; patient < images.length; patient++) {
            surplus += shares[patient][0] * (positives[patient] - share * images[patient]);
        }
        return surplus;
    }

    /** The statistic where the labels of patient {@code order[p]} are those of {@code p}. */
    private double unevenness(int[] order) {
        double share = totalPositive / total;
        return ofRanks ? ofRanks(order, share) : ofGroups(order, share);
    }

    private double ofRanks(int[] order, double share) {
        double surplus = 0;
        double squares = 0;
        for (int patient = 0; patient < order.length; patient++) {
            int labels = order[patient];
            double part = shares[patient][0] * (positives[labels] - share * images[labels]);
            surplus += part;
            squares += part * part;
        }
        return Math.abs(surplus) / (studentised && squares > 0 ? Math.sqrt(squares) : 1);
    }

    private double ofGroups(int[] order, double share) {
        double sum = 0;
        for (int group = 0; group < shares[0].length; group++) {
            double members = 0;
            double surplus = 0;
            for (int patient = 0; patient < order.length; patient++) {
                double part = shares[patient][group];
                if (part > 0) {
                    int labels = order[patient];
                    members += part * images[labels];
                    surplus += part * (positives[labels] - share * images[labels]);
                }
            }
            double variance = members * (1 - members / total);
            if (variance > ROUNDING * total) {
                sum += surplus * surplus / variance;
            }
        }
        return sum;
    }
}
