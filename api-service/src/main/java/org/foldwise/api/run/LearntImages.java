package org.foldwise.api.run;

import java.util.List;
import java.util.Objects;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunStatus;
import org.foldwise.registry.run.Runs;
import org.springframework.stereotype.Component;

/** By which rules the images were decoded that runs learnt from. */
@Component
public class LearntImages {
    private final Runs runs;
    private final Ensembles ensembles;

    LearntImages(Runs runs, Ensembles ensembles) {
        this.runs = runs;
        this.ensembles = ensembles;
    }

    /**
     * Lets a run be asked about images: the worker would find out as well, but of a locked test subset only when it is open. A run that has
     * not succeeded is refused elsewhere.
     *
     * @throws org.foldwise.learning.imaging.OtherPreprocessingException if it, or a member of an ensemble, learnt by other rules
     */
    public void requireOurs(Run run) {
        if (run.status() != RunStatus.SUCCEEDED) {
            return;
        }
        List<Run> trained = run.isEnsemble()
                ? ensembles.members(run.id()).stream()
                        .map(EnsembleMember::run)
                        .map(member -> runs.findById(member).orElseThrow())
                        .toList()
                : List.of(run);
        requireOurs(trained);
    }

    /** The same of runs that have all been trained. */
    void requireOurs(List<Run> trained) {
        for (Run run : trained) {
            String provenance = Objects.requireNonNull(run.provenance(), "a succeeded training has a provenance");
            ImageRules.requireThoseOf(
                    ReportJson.read(Provenance.class, provenance).libraries());
        }
    }
}
