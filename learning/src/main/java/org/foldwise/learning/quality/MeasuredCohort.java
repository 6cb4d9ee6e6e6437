package org.foldwise.learning.quality;

import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.PatientKeys;

/**
 * A cohort with everything that is judged about it.
 *
 * @param measures of the cohort's images, in their order
 * @param attributes what manifest and files say beside
 * @param roles that the dataset came with
 * @param keys whose the files say that the images are
 */
public record MeasuredCohort(
        Cohort cohort, List<ImageMeasures> measures, ImageAttributes attributes, GivenRoles roles, PatientKeys keys) {
    /** A cohort whose files do not say whose they are. */
    public MeasuredCohort(Cohort cohort, List<ImageMeasures> measures, ImageAttributes attributes, GivenRoles roles) {
        this(cohort, measures, attributes, roles, PatientKeys.NONE);
    }

    public MeasuredCohort {
        measures = List.copyOf(measures);
        if (measures.size() != cohort.images().size()) {
            throw new IllegalArgumentException("measures must be as many as the cohort's "
                    + cohort.images().size() + " images, were " + measures.size());
        }
    }
}
