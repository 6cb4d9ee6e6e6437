package org.foldwise.learning.metrics.scored;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.recalibration.Recalibration;

/**
 * How the probabilities that patients have by each aggregation become decisions. Aggregated probabilities lie elsewhere than those of
 * images, the highest of many images above all, so each aggregation has thresholds of its own. They are chosen on the patients whose images
 * the run's threshold was chosen on, by the same rule; where none can be, that of the images is taken and {@link ThresholdChoice#reached()}
 * says why. Of exclusive classes the most probable is taken.
 *
 * @param byAggregation of every aggregation, on probabilities that were recalibrated before
 */
public record PatientDecisions(Map<PatientAggregation, Decision> byAggregation) {
    private static final String OF_OTHERS = "the threshold was chosen on the validation patients, not on these";

    public PatientDecisions {
        byAggregation = Collections.unmodifiableMap(new EnumMap<>(byAggregation));
        if (byAggregation.size() != PatientAggregation.values().length) {
            throw new IllegalArgumentException(
                    "decisions on patients must be of every aggregation, were of " + byAggregation.keySet());
        }
    }

    private interface Choosing {
        Decision of(PatientAggregation aggregation);
    }

    private static PatientDecisions each(Choosing choosing) {
        Map<PatientAggregation, Decision> decisions = new EnumMap<>(PatientAggregation.class);
        for (PatientAggregation aggregation : PatientAggregation.values()) {
            decisions.put(aggregation, choosing.of(aggregation));
        }
        return new PatientDecisions(decisions);
    }

    /**
     * What the rule of a decision on images chooses on their patients.
     *
     * @param images with the probabilities that {@code ofImages} decides on
     * @param shown the classes that each patient shows
     */
    public static PatientDecisions choose(ScoredImages images, Map<PatientId, List<String>> shown, Decision ofImages) {
        return each(aggregation -> {
            ScoredImages patients = images.perPatient(aggregation, shown);
            if (ofImages instanceof Decision.AtThreshold binary) {
                return new Decision.AtThreshold(
                        chosen(((ScoredImages.Binary) patients).cases(), binary.choice()), new Recalibration.None());
            }
            if (ofImages instanceof Decision.LabelThresholds labels) {
                List<ThresholdChoice> choices = new ArrayList<>();
                for (int k = 0; k < labels.choices().size(); k++) {
                    choices.add(chosen(patients.against(k), labels.choices().get(k)));
                }
                return new Decision.LabelThresholds(choices);
            }
            return new Decision.MostProbable();
        });
    }

    private static ThresholdChoice chosen(List<ScoredCase> patients, ThresholdChoice ofImages) {
        ThresholdRule rule = ofImages.rule();
        try {
            return rule.choose(patients);
        } catch (IllegalArgumentException e) {
            return ofImages(ofImages, "no threshold can be chosen on patients (" + e.getMessage() + ")");
        }
    }

    private static ThresholdChoice ofImages(ThresholdChoice choice, String because) {
        return new ThresholdChoice(
                choice.rule(),
                choice.threshold(),
                Estimate.undefined("the threshold is that of the images: " + because));
    }

    /** The decisions that a report's figures are of. */
    public static PatientDecisions of(PatientReport report) {
        return of(report, choice -> choice);
    }

    /**
     * The decisions that were frozen with a run's threshold, for other patients.
     *
     * @param ofValidation what was found on the validation patients
     */
    public static PatientDecisions frozen(PatientReport ofValidation) {
        return of(
                ofValidation,
                choice -> choice.reached().hasValue()
                        ? new ThresholdChoice(choice.rule(), choice.threshold(), Estimate.undefined(OF_OTHERS))
                        : choice);
    }

    private static PatientDecisions of(PatientReport report, UnaryOperator<ThresholdChoice> choices) {
        return each(aggregation -> {
            PatientReport.Aggregated found = report.by(aggregation);
            ClassReport binary = found.binary();
            if (binary != null) {
                return new Decision.AtThreshold(
                        choices.apply(requireNonNull(binary.threshold())), new Recalibration.None());
            }
            MultilabelReport labels = found.multilabel();
            return labels == null
                    ? new Decision.MostProbable()
                    : new Decision.LabelThresholds(
                            labels.decision().choices().stream().map(choices).toList());
        });
    }

    /**
     * The thresholds of the images for patients as well.
     *
     * @param because why patients have none of their own
     */
    public static PatientDecisions ofImages(Decision decision, String because) {
        return each(aggregation -> {
            if (decision instanceof Decision.AtThreshold binary) {
                return new Decision.AtThreshold(ofImages(binary.choice(), because), new Recalibration.None());
            }
            return decision instanceof Decision.LabelThresholds labels
                    ? new Decision.LabelThresholds(labels.choices().stream()
                            .map(choice -> ofImages(choice, because))
                            .toList())
                    : new Decision.MostProbable();
        });
    }
}
