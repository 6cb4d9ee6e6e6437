package org.foldwise.api.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.learning.experiment.PlanFinding;

/** What there is to know about the candidates of a search: each thing once, with the number of candidates that it is true of. */
final class CandidateFindings {
    private CandidateFindings() {}

    /** What is told once: a plan's findings of one code differ in their figures from candidate to candidate. */
    private record Topic(PlanFindingResponse finding) {
        static Topic of(PlanFindingResponse finding) {
            return finding.subject() == PlanFinding.Subject.PLAN ? new Topic(with(finding, "")) : new Topic(finding);
        }
    }

    /** Where a topic was met. */
    private record Met(int candidate, PlanFindingResponse finding) {}

    /** @param byCandidate the findings of each candidate, in their order */
    static List<PlanFindingResponse> of(List<List<PlanFindingResponse>> byCandidate) {
        Map<Topic, List<Met>> topics = new LinkedHashMap<>();
        for (int candidate = 0; candidate < byCandidate.size(); candidate++) {
            for (PlanFindingResponse finding : byCandidate.get(candidate)) {
                topics.computeIfAbsent(Topic.of(finding), topic -> new ArrayList<>())
                        .add(new Met(candidate, finding));
            }
        }
        return topics.values().stream()
                .map(met -> told(met, byCandidate.size()))
                .toList();
    }

    private static PlanFindingResponse told(List<Met> met, int candidates) {
        PlanFindingResponse first = met.get(0).finding();
        long concerned = met.stream().map(Met::candidate).distinct().count();
        boolean allAlike = concerned == candidates
                && met.stream().allMatch(one -> one.finding().equals(first));
        return allAlike
                ? first
                : with(
                        first,
                        "Of " + concerned + " of " + candidates + " candidates, candidate "
                                + met.get(0).candidate() + " for one: " + first.evidence());
    }

    private static PlanFindingResponse with(PlanFindingResponse finding, String evidence) {
        return new PlanFindingResponse(
                finding.code(),
                finding.severity(),
                finding.subject(),
                finding.pointer(),
                evidence,
                finding.suggestion());
    }
}
