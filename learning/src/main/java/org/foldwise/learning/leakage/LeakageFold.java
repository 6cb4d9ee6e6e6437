package org.foldwise.learning.leakage;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/**
 * One training of a leakage study. At {@link FoldLevel#IMAGE} its cohort is not the dataset's: each image has a made-up patient of
 * its own, so that a training can be given the fold, and nothing can take the fold for one of the dataset.
 */
public final class LeakageFold {
    private final FoldLevel level;
    private final Cohort cohort;
    private final Fold fold;
    private final Map<String, PatientId> patientOf;

    LeakageFold(FoldLevel level, Cohort cohort, Fold fold, Map<String, PatientId> patientOf) {
        this.level = level;
        this.cohort = cohort;
        this.fold = fold;
        this.patientOf = patientOf;
    }

    public FoldLevel level() {
        return level;
    }

    /** What the training is to take for the cohort. */
    public Cohort cohort() {
        return cohort;
    }

    /** The role of each patient of that cohort. */
    public Fold fold() {
        return fold;
    }

    /** The images in one of {@code roles}, in the order of their names. */
    public List<ImageRecord> images(Role first, Role... others) {
        Set<Role> roles = EnumSet.of(first, others);
        return cohort.images().stream()
                .filter(image -> roles.contains(fold.roles().get(image.patient())))
                .toList();
    }

    /** The real patients of the images in one of {@code roles}. */
    Set<PatientId> patients(Role first, Role... others) {
        return images(first, others).stream().map(this::patient).collect(Collectors.toSet());
    }

    /** Whose image it really is. */
    PatientId patient(ImageRecord image) {
        PatientId patient = patientOf.get(image.name());
        if (patient == null) {
            throw new IllegalArgumentException("the study has no image '" + image.name() + "'");
        }
        return patient;
    }
}
