package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.foldwise.learning.dataset.PatientId;

/**
 * The mean of a number that images have, among images that come in patients. With n images of m patients, and r_i the sum of a
 * patient's differences from the mean, the interval is the mean and so many standard errors to both sides as Student's distribution with
 * m - 1 degrees of freedom has:
 *
 * <pre>{@code
 * se^2 = m / (m - 1) * sum r_i^2 / n^2
 * }</pre>
 */
public final class PatientMean {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "patientSandwich";

    private final Map<PatientId, List<Double>> values = new HashMap<>();
    private final double least;
    private final double most;

    /**
     * A mean to which images are {@linkplain #add added}.
     *
     * @param least the number cannot be below
     * @param most nor above
     */
    public PatientMean(double least, double most) {
        if (!(least < most)) {
            throw new IllegalArgumentException("least must be below most, were " + least + " and " + most);
        }
        this.least = least;
        this.most = most;
    }

    /** Adds an image of a patient. */
    public void add(PatientId patient, double value) {
        if (!(value >= least - 1e-9 && value <= most + 1e-9)) {
            throw new IllegalArgumentException("a value must be " + least + " to " + most + ", was " + value);
        }
        values.computeIfAbsent(patient, absent -> new ArrayList<>()).add(value);
    }

    /** How many images there are. */
    public int images() {
        return values.values().stream().mapToInt(List::size).sum();
    }

    /**
     * The mean with its interval, which is cut where the number cannot lie; undefined without images. There is no interval for fewer than
     * 2 patients, nor where all their sums differ from the mean by nothing.
     */
    public Estimate estimate(double level) {
        int images = images();
        if (images == 0) {
            return Estimate.undefined("there are no images");
        }
        double mean = mean();
        return Estimate.of(mean).with(interval(mean, images, level));
    }

    private Optional<Interval> interval(double mean, int images, double level) {
        int patients = values.size();
        double squares = sum(values.values().stream()
                .mapToDouble(ofPatient -> {
                    double residual = sum(ofPatient.stream()
                            .mapToDouble(value -> value - mean)
                            .toArray());
                    return residual * residual;
                })
                .toArray());
        if (patients < 2 || squares == 0) {
            return Optional.empty();
        }
        double error = Math.sqrt(patients / (patients - 1.0) * squares) / images;
        double half = Quantiles.student(level, patients - 1.0) * error;
        return Optional.of(new Interval(Math.max(least, mean - half), Math.min(most, mean + half), level, METHOD));
    }

    /** The standard deviation of the images' numbers, whosever they are; nothing of fewer than 2. */
    public Optional<Double> deviation() {
        int images = images();
        if (images < 2) {
            return Optional.empty();
        }
        double mean = mean();
        double squares = sum(all().map(value -> (value - mean) * (value - mean)).toArray());
        return Optional.of(Math.sqrt(squares / (images - 1)));
    }

    private double mean() {
        double[] all = all().toArray();
        return sum(all) / all.length;
    }

    private DoubleStream all() {
        return values.values().stream().flatMap(List::stream).mapToDouble(value -> value);
    }

    /** From the smallest up, so that it does not depend on the order of patients and images. */
    private static double sum(double[] numbers) {
        Arrays.sort(numbers);
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum;
    }
}
