package org.foldwise.learning.metrics;

import java.util.List;
import java.util.Optional;

/** Figures of all pairs of an image and a class at once, with each patient's pairs taken together. */
public final class MicroAverages {
    private final List<ScoredCase> pairs;
    private final NumberedPatients numbers;

    private MicroAverages(List<ScoredCase> pairs, NumberedPatients numbers) {
        this.pairs = pairs;
        this.numbers = numbers;
    }

    /**
     * The pairs.
     *
     * @param pairs each image with every class, positive with those that it shows: all images with the first class, then with the next
     * @param numbers whose the images are, in that order
     */
    public static MicroAverages of(List<ScoredCase> pairs, NumberedPatients numbers) {
        return new MicroAverages(pairs, numbers.repeated(pairs.size() / numbers.cases()));
    }

    /**
     * The area under the ROC curve, by {@link DeLong} over patients; without an interval where positive or negative pairs come from fewer than
     * 2 patients.
     *
     * @param level nominal coverage, in (0, 1)
     */
    public Estimate rocAuc(double level) {
        boolean fewPatients = patients(true) < 2 || patients(false) < 2;
        return RocCurve.area(pairs)
                .with(fewPatients ? Optional.empty() : DeLong.ofPatients(pairs).patientInterval(level));
    }

    /**
     * The average precision: bootstrap of patients, each with all pairs of all images, accelerated and expanded; where it is 1, so that all resamples
     * agree, the interval of {@link SeparationInterval#ofAveragePrecision}. None for fewer than 2 patients, nor where all pairs are positive.
     */
    public Estimate averagePrecision(BootstrapSpec spec) {
        Estimate point = PrecisionRecallCurve.averagePrecision(pairs);
        Double value = point.value();
        if (value == null || numbers.count() < 2) {
            return point;
        }
        double prevalence = (double) pairs.stream().filter(ScoredCase::positive).count() / pairs.size();
        if (value == 1) {
            return prevalence == 1
                    ? point
                    : point.with(Optional.of(SeparationInterval.ofAveragePrecision(
                            patients(true), patients(false), prevalence, spec.level())));
        }
        WeightedRanks ranks = WeightedRanks.ofPatients(pairs, numbers);
        return point.with(PatientResamples.ofPatients(
                        numbers,
                        multiplicities -> new double[] {ranks.areaAndAveragePrecision(multiplicities)[1]},
                        spec)
                .interval(0));
    }

    private int patients(boolean positive) {
        boolean[] has = new boolean[numbers.count()];
        int patients = 0;
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i).positive() == positive && !has[numbers.of(i)]) {
                has[numbers.of(i)] = true;
                patients++;
            }
        }
        return patients;
    }
}
