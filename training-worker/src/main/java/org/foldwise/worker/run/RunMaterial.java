package org.foldwise.worker.run;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.jspecify.annotations.Nullable;

/**
 * All that a run is made from.
 *
 * @param plan the recipe
 * @param planDigest digest of its canonical JSON form
 * @param weightSet the imported weights that it begins with; absent where they are drawn
 * @param split proven to be the one that was stored
 * @param fold of the split
 * @param cohort proven to be the one that the split divides; for an inner run these are the images of the patients whom the outer
 *     fold learns from, and nobody else's
 * @param inner whether the run only helps a search to choose; split and fold are then the inner ones
 * @param precision what it is to be computed in, since an earlier run of the experiment could not be computed as the plan asks; absent
 *     where that is still to be chosen
 */
public record RunMaterial(
        ExperimentPlan plan,
        Digest planDigest,
        @Nullable UUID weightSet,
        Split split,
        Fold fold,
        Cohort cohort,
        boolean inner,
        @Nullable PrecisionChoice precision) {
    /** The images whose patients play one of {@code roles}, in the order of their names. */
    public List<ImageRecord> images(Role first, Role... others) {
        Set<Role> roles = EnumSet.of(first, others);
        return cohort.images().stream()
                .filter(image -> roles.contains(fold.roles().get(image.patient())))
                .toList();
    }
}
