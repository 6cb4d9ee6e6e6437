package org.foldwise.learning.metrics.recalibration;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.recalibration.Recalibration.Kept;
import org.foldwise.learning.metrics.recalibration.Recalibration.Monotone;

/** How a recalibration is found. */
public enum RecalibrationMethod {
    /** Probabilities stay as the network gives them. */
    NONE,
    /** {@link Recalibration.Temperature}. */
    TEMPERATURE,
    /** {@link Recalibration.Platt}; of several classes one for each against all others. */
    PLATT,
    /** {@link Recalibration.Isotonic}; of several classes one for each against all others. */
    ISOTONIC;

    private static final String REFUSAL = "these cases allow no recalibration: ";

    /**
     * The map that fits the cases best.
     *
     * @param cases that the model was not trained on
     * @throws IllegalArgumentException if there is none; the message says why
     */
    public Monotone fit(List<ScoredCase> cases) {
        try {
            return map(cases);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(REFUSAL + e.getMessage(), e);
        }
    }

    /**
     * The recalibration of exclusive classes that fits the cases best: one temperature, or a map for each class against all others.
     *
     * @param classes their names, several
     * @param cases that the model was not trained on
     * @throws IllegalArgumentException if there is none; the message says why, and names all classes that no map fits
     */
    public Recalibration fitToClasses(List<String> classes, List<ClassifiedCase> cases) {
        if (this == NONE) {
            return new Recalibration.None();
        }
        if (this == TEMPERATURE) {
            double[][] logits = new double[cases.size()][];
            int[] truth = new int[cases.size()];
            for (int i = 0; i < truth.length; i++) {
                ClassifiedCase one = cases.get(i);
                logits[i] = one.probabilities().stream()
                        .mapToDouble(Logistic::logarithm)
                        .toArray();
                truth[i] = one.truth();
            }
            Estimate best = Recalibration.Temperature.fitToClasses(logits, truth);
            try {
                return temperature(best);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(REFUSAL + e.getMessage(), e);
            }
        }
        ClassScores scores = ClassScores.of(classes.size(), cases);
        List<Monotone> maps = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            try {
                maps.add(mapOfBoth(scores.against(k)));
            } catch (IllegalArgumentException e) {
                failures.add("'" + classes.get(k) + "': " + e.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalArgumentException(REFUSAL + String.join("; ", failures));
        }
        return new ClassRecalibration(maps);
    }

    /**
     * The maps that fit each label best. A label that allows none keeps its probabilities.
     *
     * @param labels their names
     * @param cases of each label, that the model was not trained on
     * @throws IllegalArgumentException if no label allows any; the message says why for each
     */
    public Recalibration fitToLabels(List<String> labels, List<List<ScoredCase>> cases) {
        if (this == NONE) {
            return new Recalibration.None();
        }
        List<Monotone> maps = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int k = 0; k < labels.size(); k++) {
            try {
                maps.add(mapOfBoth(cases.get(k)));
            } catch (IllegalArgumentException e) {
                maps.add(new Kept(String.valueOf(e.getMessage())));
                failures.add("'" + labels.get(k) + "': " + e.getMessage());
            }
        }
        if (failures.size() == labels.size()) {
            throw new IllegalArgumentException(REFUSAL + String.join("; ", failures));
        }
        return new LabelRecalibration(maps);
    }

    /** A map of cases some of which must be positive and others not, as those of one class among several need not be. */
    private Monotone mapOfBoth(List<ScoredCase> cases) {
        if (Stream.of(true, false).anyMatch(shows -> cases.stream().noneMatch(one -> one.positive() == shows))) {
            throw new IllegalArgumentException("some images must show it and others not");
        }
        return map(cases);
    }

    private Monotone map(List<ScoredCase> cases) {
        return switch (this) {
            case NONE -> new Recalibration.None();
            case TEMPERATURE -> temperature(Recalibration.Temperature.fit(cases));
            case PLATT -> Recalibration.Platt.fit(cases);
            case ISOTONIC -> Recalibration.Isotonic.fit(cases);
        };
    }

    private static Recalibration.Temperature temperature(Estimate best) {
        Double value = best.value();
        if (value == null) {
            throw new IllegalArgumentException("no temperature is best: " + best.undefinedBecause());
        }
        return new Recalibration.Temperature(value);
    }
}
