package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.dataset.DuplicateImages;
import org.foldwise.learning.dataset.ImageRecord;
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
        return of(measured, PictureCopies.MOST_LOOKS);
    }

    /** The same, with so many looks at pairs of pictures at most. */
    static DuplicateAudit of(MeasuredCohort measured, int mostLooks) {
        DuplicateAudit audit = new DuplicateAudit(measured);
        audit.search(mostLooks);
        return audit;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Copies of either kind. */
    DuplicateGroups groups() {
        return groups;
    }

    private void exact(ToldGroups told) {
        List<Finding.Group> exact = DuplicateImages.of(measured.cohort()).groups().stream()
                .map(group -> told.of(group.images()))
                .toList();
        about(
                exact,
                group -> group.labels().size() > 1,
                Finding.Code.DUPLICATES_WITH_DIFFERENT_LABELS,
                Finding.Severity.BLOCKING,
                "file content",
                "with several labels",
                "",
                "find out which label is right and leave the other images out");
        about(
                exact,
                group -> group.patients() > 1,
                Finding.Code.DUPLICATES_ACROSS_PATIENTS,
                Finding.Severity.BLOCKING,
                "file content",
                "under several patient ids",
                "",
                "check the ids; once waived, splits keep these patients together as if they were one");
        about(
                exact,
                group -> group.patients() == 1,
                Finding.Code.DUPLICATES_WITHIN_PATIENT,
                Finding.Severity.NOTICE,
                "file content",
                "more than once for one patient",
                "",
                "leave the copies out, or accept that they count more");
    }

    private void search(int mostLooks) {
        List<ImageRecord> images = measured.cohort().images();
        Map<Digest, Integer> firstOf = new HashMap<>();
        List<Integer> firsts = new ArrayList<>();
        Groups all = new Groups(images.size());
        for (int i = 0; i < images.size(); i++) {
            Integer first = firstOf.putIfAbsent(images.get(i).picture(), i);
            if (first == null) {
                firsts.add(i);
            } else {
                all.join(first, i);
            }
        }
        PictureCopies copies = PictureCopies.among(
                firsts.stream()
                        .map(first -> measured.measures().get(first).thumbnail())
                        .toList(),
                files(firsts.stream().map(images::get).toList()),
                mostLooks);
        boolean[] isNear = new boolean[images.size()];
        for (PictureCopies.Pair pair : copies.pairs()) {
            all.join(firsts.get(pair.one()), firsts.get(pair.other()));
        }
        for (PictureCopies.Pair pair : copies.pairs()) {
            isNear[all.root(firsts.get(pair.one()))] = true;
        }
        Map<Integer, SortedSet<String>> byRoot = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            byRoot.computeIfAbsent(all.root(i), root -> new TreeSet<>())
                    .add(images.get(i).name());
        }
        List<SortedSet<String>> found = new ArrayList<>();
        List<SortedSet<String>> near = new ArrayList<>();
        byRoot.forEach((root, group) -> {
            if (group.size() > 1) {
                found.add(group);
            }
            if (isNear[root]) {
                near.add(group);
            }
        });
        groups = new DuplicateGroups(found);
        ToldGroups told = new ToldGroups(measured, groups);
        exact(told);
        near(near.stream().map(told::of).toList(), kinds(copies));
        if (!copies.notCompared().isEmpty()) {
            findings.add(incomplete(
                    copies.notCompared().stream()
                            .map(position -> images.get(firsts.get(position)).name())
                            .toList(),
                    firsts.size()));
        }
    }

    /** A number for the file of each image. */
    private static int[] files(List<ImageRecord> images) {
        Map<String, Integer> numbers = new HashMap<>();
        return images.stream()
                .mapToInt(image -> numbers.computeIfAbsent(image.file(), file -> numbers.size()))
                .toArray();
    }

    private static Finding incomplete(List<String> notCompared, int pictures) {
        return new Finding(
                Finding.Code.NEAR_DUPLICATE_SEARCH_INCOMPLETE,
                Finding.Severity.WARNING,
                notCompared.size() + " of " + pictures
                        + " different files were not compared with each other, only with the others: so many images look alike"
                        + " that the search was ended",
                List.of(
                        Finding.Figure.of("imagesNotCompared", notCompared.size()),
                        Finding.Figure.of("images", pictures)),
                notCompared,
                "near duplicates among these may be on two sides of a split; identical files were found. Leave out series of images"
                        + " that hardly differ, or freeze the sorts of images as datasets of their own");
    }

    private void near(List<Finding.Group> near, String kinds) {
        about(
                near,
                group -> group.labels().size() > 1,
                Finding.Code.NEAR_DUPLICATES_WITH_DIFFERENT_LABELS,
                Finding.Severity.BLOCKING,
                "picture",
                "in different files with several labels",
                kinds,
                "look at them, find out which label is right and leave the other images out");
        about(
                near,
                group -> group.patients() > 1,
                Finding.Code.NEAR_DUPLICATES_ACROSS_PATIENTS,
                Finding.Severity.BLOCKING,
                "picture",
                "in different files under several patient ids",
                kinds,
                "look at them and check the ids; once waived, splits keep these patients together as if they were one");
        about(
                near,
                group -> group.patients() == 1,
                Finding.Code.NEAR_DUPLICATES_WITHIN_PATIENT,
                Finding.Severity.NOTICE,
                "picture",
                "in different files of one patient",
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
                : "; of all such pairs " + Counted.of(mirrored, "is", "are") + " mirrored, " + turned + " turned, "
                        + Counted.of(negative, "negative");
    }

    private void about(
            List<Finding.Group> candidates,
            Predicate<Finding.Group> which,
            Finding.Code code,
            Finding.Severity severity,
            String what,
            String where,
            String kinds,
            String suggestion) {
        List<Finding.Group> found = candidates.stream().filter(which).toList();
        if (found.isEmpty()) {
            return;
        }
        int images = found.stream().mapToInt(Finding.Group::imageCount).sum();
        findings.add(new Finding(
                code,
                severity,
                Counted.of(found.size(), what + " occurs ", what + "s occur ") + where + ", " + images
                        + " images in all" + among(found, candidates) + kinds,
                List.of(
                        Finding.Figure.of("groups", found.size()),
                        Finding.Figure.of("images", images),
                        Finding.Figure.of("groupsInAll", candidates.size())),
                found.stream().flatMap(group -> group.images().stream()).toList(),
                found,
                suggestion));
    }

    /** How many groups of that sort there are, where this is not all of them. */
    private static String among(List<Finding.Group> found, List<Finding.Group> candidates) {
        return found.size() == candidates.size() ? "" : "; of " + candidates.size() + " groups of such copies";
    }
}
