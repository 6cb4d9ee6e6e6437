package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.dataset.DuplicateImages;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;

/** Looks for pictures that occur more than once. */
final class DuplicateAudit {
    private final MeasuredCohort measured;
    private final List<Finding> findings = new ArrayList<>();
    private DuplicateGroups groups = DuplicateGroups.NONE;

    private DuplicateAudit(MeasuredCohort measured) {
        this.measured = measured;
    }

    static DuplicateAudit of(MeasuredCohort measured) {
        DuplicateAudit audit = new DuplicateAudit(measured);
        audit.exact();
        audit.near();
        return audit;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Copies of either kind. */
    DuplicateGroups groups() {
        return groups;
    }

    private record Group(SortedSet<String> images, SortedSet<PatientId> patients, SortedSet<String> labels) {}

    private void exact() {
        List<Group> exact = DuplicateImages.of(measured.cohort()).groups().stream()
                .map(group -> new Group(group.images(), group.patients(), group.labels()))
                .toList();
        about(
                exact,
                group -> group.labels().size() > 1,
                Finding.Code.DUPLICATES_WITH_DIFFERENT_LABELS,
                Finding.Severity.BLOCKING,
                "file contents occur with several labels",
                "",
                "find out which label is right and leave the other images out");
        about(
                exact,
                group -> group.patients().size() > 1,
                Finding.Code.DUPLICATES_ACROSS_PATIENTS,
                Finding.Severity.BLOCKING,
                "file contents occur under several patient ids",
                "",
                "check the ids; once waived, splits keep these patients together as if they were one");
        about(
                exact,
                group -> group.patients().size() == 1,
                Finding.Code.DUPLICATES_WITHIN_PATIENT,
                Finding.Severity.NOTICE,
                "file contents occur more than once for one patient",
                "",
                "leave the copies out, or accept that they count more");
    }

    private void near() {
        List<ImageRecord> images = measured.cohort().images();
        Map<Digest, Integer> firstOf = new HashMap<>();
        List<Integer> firsts = new ArrayList<>();
        Groups all = new Groups(images.size());
        for (int i = 0; i < images.size(); i++) {
            Integer first = firstOf.putIfAbsent(images.get(i).content(), i);
            if (first == null) {
                firsts.add(i);
            } else {
                all.join(first, i);
            }
        }
        PictureCopies copies = PictureCopies.among(firsts.stream()
                .map(first -> measured.measures().get(first).thumbnail())
                .toList());
        boolean[] isNear = new boolean[images.size()];
        for (PictureCopies.Pair pair : copies.pairs()) {
            all.join(firsts.get(pair.one()), firsts.get(pair.other()));
        }
        for (PictureCopies.Pair pair : copies.pairs()) {
            isNear[all.root(firsts.get(pair.one()))] = true;
        }
        collect(images, all, isNear, kinds(copies));
        if (copies.wasCutShort()) {
            findings.add(Finding.about(
                    Finding.Code.NEAR_DUPLICATE_SEARCH_INCOMPLETE,
                    Finding.Severity.NOTICE,
                    "so many images look alike that not all of them were compared",
                    List.of(),
                    "do not rely on near duplicates having been found; identical files were"));
        }
    }

    private void collect(List<ImageRecord> images, Groups all, boolean[] isNear, String kinds) {
        Map<Integer, Group> byRoot = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            Group group = byRoot.computeIfAbsent(
                    all.root(i), root -> new Group(new TreeSet<>(), new TreeSet<>(), new TreeSet<>()));
            group.images().add(images.get(i).name());
            group.patients().add(images.get(i).patient());
            group.labels().add(String.join("|", images.get(i).labels()));
        }
        List<SortedSet<String>> found = new ArrayList<>();
        List<Group> near = new ArrayList<>();
        byRoot.forEach((root, group) -> {
            if (group.images().size() > 1) {
                found.add(group.images());
            }
            if (isNear[root]) {
                near.add(group);
            }
        });
        groups = new DuplicateGroups(found);
        about(
                near,
                group -> group.labels().size() > 1,
                Finding.Code.NEAR_DUPLICATES_WITH_DIFFERENT_LABELS,
                Finding.Severity.BLOCKING,
                "pictures occur in different files with several labels",
                kinds,
                "look at them, find out which label is right and leave the other images out");
        about(
                near,
                group -> group.patients().size() > 1,
                Finding.Code.NEAR_DUPLICATES_ACROSS_PATIENTS,
                Finding.Severity.BLOCKING,
                "pictures occur in different files under several patient ids",
                kinds,
                "look at them and check the ids; once waived, splits keep these patients together as if they were one");
        about(
                near,
                group -> group.patients().size() == 1,
                Finding.Code.NEAR_DUPLICATES_WITHIN_PATIENT,
                Finding.Severity.NOTICE,
                "pictures occur in different files of one patient",
                kinds,
                "leave the copies out, or accept that they count more");
    }

    /** How the copies were made, for people. */
    private static String kinds(PictureCopies copies) {
        int negative = 0;
        int mirrored = 0;
        int turned = 0;
        for (PictureCopies.Pair pair : copies.pairs()) {
            negative += pair.isNegative() ? 1 : 0;
            mirrored += pair.turn().isMirrored() ? 1 : 0;
            turned += pair.turn() != Turn.UPRIGHT && !pair.turn().isMirrored() ? 1 : 0;
        }
        return negative + mirrored + turned == 0
                ? ""
                : "; of all such pairs " + mirrored + " are mirrored, " + turned + " turned, " + negative
                        + " negatives";
    }

    private void about(
            List<Group> candidates,
            Predicate<Group> which,
            Finding.Code code,
            Finding.Severity severity,
            String what,
            String kinds,
            String suggestion) {
        List<Group> found = candidates.stream().filter(which).toList();
        if (found.isEmpty()) {
            return;
        }
        List<String> images =
                found.stream().flatMap(group -> group.images().stream()).toList();
        findings.add(new Finding(
                code,
                severity,
                found.size() + " " + what + ", " + images.size() + " images in all" + kinds,
                List.of(Finding.Figure.of("groups", found.size()), Finding.Figure.of("images", images.size())),
                images,
                suggestion));
    }
}
