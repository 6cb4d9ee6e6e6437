package org.foldwise.learning.model;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.training.TinyStudy;

/** An ensemble of three networks with weights as they were drawn, of which the second normalises images otherwise than the others. */
public final class TinyEnsemble {
    private TinyEnsemble() {}

    public static ModelBundle untrained(Recalibration recalibration) {
        ModelBundle alone = TinyBundle.untrained();
        Preprocessing fitted = new ImageSpec(
                        TinyStudy.SIZE,
                        1,
                        ImageSpec.Aspect.LETTERBOX,
                        0,
                        ResizeFilter.BILINEAR,
                        ImageSpec.Contrast.NONE,
                        ImageSpec.Normalisation.FITTED)
                .preprocessing(new Preprocessing.Step.Normalize(List.of(0.4), List.of(0.17)));
        return new ModelBundle(
                alone.task(),
                alone.classes(),
                new Decision.AtThreshold(ThresholdChoice.fixed(0.4), recalibration),
                List.of(member(0, alone.preprocessing()), member(1, fitted), member(2, alone.preprocessing())));
    }

    private static ModelBundle.Member member(int index, Preprocessing preprocessing) {
        ExperimentPlan plan = TinyStudy.plan(1);
        return new ModelBundle.Member(
                new UUID(7, index),
                plan,
                preprocessing,
                TinyBundle.provenance(preprocessing),
                InitialWeights.draw(TinyBundle.untrained().network(), 100 + index));
    }

    /** The same network alone. */
    public static ModelBundle alone(ModelBundle ensemble, int index) {
        ModelBundle.Member member = ensemble.members().get(index);
        return new ModelBundle(
                member.plan(),
                ensemble.task(),
                ensemble.classes(),
                member.preprocessing(),
                new Decision.AtThreshold(ensemble.threshold()),
                member.provenance(),
                member.weights());
    }
}
