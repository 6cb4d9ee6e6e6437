package org.foldwise.learning.model;

import java.util.Objects;
import java.util.TreeMap;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.training.TinyStudy;

/** A bundle of weights as they were drawn: enough wherever nothing has to be right. */
public final class TinyBundle {
    private TinyBundle() {}

    public static ModelBundle untrained() {
        return untrained(new Recalibration.None());
    }

    public static ModelBundle untrained(Recalibration recalibration) {
        return untrained(new Decision.AtThreshold(ThresholdChoice.fixed(0.4), recalibration));
    }

    /** Of a model that answers in that precision. */
    public static ModelBundle untrained(Precision prediction) {
        return untrained(new Decision.AtThreshold(ThresholdChoice.fixed(0.4), new Recalibration.None()), prediction);
    }

    public static ModelBundle untrained(Decision decision) {
        return untrained(decision, Precision.FLOAT32);
    }

    private static ModelBundle untrained(Decision decision, Precision prediction) {
        TinyStudy study = new TinyStudy();
        ExperimentPlan plan = TinyStudy.plan(1);
        Weights weights =
                InitialWeights.draw(NetworkSpec.of(plan, study.cohort().task(), 2), plan.seed());
        return new ModelBundle(
                plan,
                study.cohort().task(),
                study.cohort().classes(),
                plan.image().preprocessing(),
                decision,
                provenance(plan.image().preprocessing(), prediction),
                weights);
    }

    /** Of a training with that preprocessing. */
    public static Provenance provenance(Preprocessing preprocessing) {
        return provenance(preprocessing, Precision.FLOAT32);
    }

    /** The same of a model that answers in that precision. */
    static Provenance provenance(Preprocessing preprocessing, Precision prediction) {
        TreeMap<String, String> libraries = new TreeMap<>();
        libraries.put("foldwise", "0.1.0");
        libraries.put("pytorch", "2.7.1");
        libraries.put(ImageRules.LIBRARY, ImageRules.NUMBER);
        Preprocessing.Step.Normalize normalisation = Objects.requireNonNull(preprocessing.normalisation());
        return new Provenance(
                new TinyStudy().cohort().digest(),
                Digest.of("split"),
                Digest.of("plan"),
                -1,
                TinyStudy.plan(1).seed(),
                null,
                libraries,
                "cpu()",
                2,
                "float32",
                "as planned",
                "kernels",
                "they compute what the blocks do",
                prediction.label(),
                "as planned",
                new Provenance.Normalisation(normalisation.mean(), normalisation.std()));
    }
}
