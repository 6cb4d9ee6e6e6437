package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.DuplicateGroups;

/**
 * Everything that is dubious about a cohort.
 *
 * @param findings the worse ones first
 * @param duplicates copies of pictures, byte-identical or not
 */
public record Examination(List<Finding> findings, DuplicateGroups duplicates) {
    public Examination {
        findings = List.copyOf(findings);
    }

    /** Who is told how far an examination is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Told before each step.
         *
         * @param share of the steps that are done, in [0, 1)
         * @param step what comes next
         */
        void at(double share, String step);
    }

    /** Examines a measured cohort and tells nobody how far it is. */
    public static Examination of(MeasuredCohort measured, CohortSummary summary) {
        return of(measured, summary, (share, step) -> {});
    }

    /**
     * Examines a measured cohort. Takes time in proportion to its images but for {@link PictureCopies pictures that look alike}.
     *
     * @param progress may throw to break off
     */
    public static Examination of(MeasuredCohort measured, CohortSummary summary, Progress progress) {
        String images = Counted.of(measured.cohort().images().size(), "image");
        progress.at(0, "comparing " + images + " with each other");
        DuplicateAudit duplicates = DuplicateAudit.of(measured);
        List<Finding> findings = new ArrayList<>(duplicates.findings());
        progress.at(0.25, "looking at patients and files of " + images);
        findings.addAll(PatientAudit.of(measured.cohort(), measured.keys(), summary));
        findings.addAll(FileAudit.of(measured));
        progress.at(0.3, "looking at how " + images + " lie");
        Postures postures = Postures.of(
                measured.measures().stream().map(ImageMeasures::thumbnail).toList());
        findings.addAll(PictureAudit.of(measured, postures));
        findings.addAll(LateralityAudit.of(measured, postures));
        progress.at(0.5, "comparing the roles that " + images + " were given");
        findings.addAll(RoleAudit.of(measured, duplicates.groups()));
        progress.at(0.55, "looking for shortcuts in " + images);
        findings.addAll(ShortcutAudit.of(measured));
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return new Examination(findings, duplicates.groups());
    }
}
