package org.foldwise.learning.model;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.training.TinyStudy;

/** An ensemble of three small networks with weights as they were drawn, of which the second normalises images otherwise than the others. */
public final class TinyEnsemble {
    private static final ExperimentPlan PLAN = PlanJson.read(
            """
            {"backbone": "mobilenetV2", "image": {"size": 32, "channels": 1, "aspect": "letterbox"},
             "head": {"hidden": 16, "dropout": 0.2}}""");

    private TinyEnsemble() {}

    public static ModelBundle untrained(Recalibration recalibration) {
        Preprocessing alike = PLAN.image().preprocessing();
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
                Task.BINARY,
                new TinyStudy().cohort().classes(),
                new Decision.AtThreshold(ThresholdChoice.fixed(0.4), recalibration),
                List.of(member(0, alike), member(1, fitted), member(2, alike)));
    }

    private static ModelBundle.Member member(int index, Preprocessing preprocessing) {
        return new ModelBundle.Member(
                new UUID(7, index),
                PLAN,
                preprocessing,
                TinyBundle.provenance(preprocessing),
                InitialWeights.draw(NetworkSpec.of(PLAN, Task.BINARY, 2), 100 + index));
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
