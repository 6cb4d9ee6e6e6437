package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.foldwise.learning.dataset.CohortSummary;
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

    /** Examines a measured cohort. Takes time in proportion to its images but for {@link PictureCopies pictures that look alike}. */
    public static Examination of(MeasuredCohort measured, CohortSummary summary) {
        DuplicateAudit duplicates = DuplicateAudit.of(measured);
        List<Finding> findings = new ArrayList<>(duplicates.findings());
        findings.addAll(PatientAudit.of(measured.cohort(), measured.keys(), summary));
        findings.addAll(FileAudit.of(measured));
        Postures postures = Postures.of(
                measured.measures().stream().map(ImageMeasures::thumbnail).toList());
        findings.addAll(PictureAudit.of(measured, postures));
        findings.addAll(LateralityAudit.of(measured, postures));
        findings.addAll(RoleAudit.of(measured, duplicates.groups()));
        findings.addAll(ShortcutAudit.of(measured));
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return new Examination(findings, duplicates.groups());
    }
}
