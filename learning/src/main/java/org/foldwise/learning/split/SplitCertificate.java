package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;

/**
 * The proof that a split leaks nothing, in a form that anybody can check who has the cohort and the assignments. The roles of a
 * fold are disjoint exactly if what is in each adds up to what there is: patients, image contents, and groups of patients who
 * must stay together. A certificate whose sums do not add up cannot be made. Names no patient: whoever plays a role is fixed by
 * a digest.
 *
 * @param dataset digest of the cohort
 * @param split digest of the split, {@link Split#digest}
 * @param seed the split's seed
 * @param spec what was asked for
 * @param rules what was kept together, and what in equal shares
 * @param ties digest of the groups that had to stay together
 * @param total what the cohort holds
 * @param folds what each fold's roles hold, the development fold first
 * @param greatestShareDeviation largest difference between the share of a class among the images of some role and its share
 *     among all images, in [0, 1]
 */
public record SplitCertificate(
        Digest dataset,
        Digest split,
        long seed,
        SplitSpec spec,
        SplitRules rules,
        Digest ties,
        Holding total,
        List<FoldProof> folds,
        double greatestShareDeviation) {
    public SplitCertificate {
        folds = List.copyOf(folds);
        for (FoldProof fold : folds) {
            requireSum("patients", Holding::patients, total, fold);
            requireSum("images", Holding::images, total, fold);
            requireSum("contents", Holding::contents, total, fold);
            requireSum("tied groups", Holding::tiedGroups, total, fold);
        }
    }

    /**
     * What is in a cohort or in a role.
     *
     * @param patients number of patients
     * @param images number of images
     * @param contents number of distinct image contents, byte for byte
     * @param tiedGroups number of groups of patients who must stay together
     */
    public record Holding(int patients, int images, int contents, int tiedGroups) {}

    /**
     * The roles of a fold.
     *
     * @param fold its index
     * @param roles the roles that somebody plays
     */
    public record FoldProof(int fold, List<RoleProof> roles) {
        public FoldProof {
            roles = List.copyOf(roles);
        }
    }

    /**
     * A role of a fold.
     *
     * @param role the role
     * @param holding what is in it
     * @param members digest of its patients' ids, one per line, in their order
     * @param classes counts of each class, in the cohort's order of classes
     */
    public record RoleProof(Role role, Holding holding, Digest members, List<LeakageAudit.ClassCounts> classes) {
        public RoleProof {
            classes = List.copyOf(classes);
        }
    }

    /** Proves a split whose ties follow from its rules alone. */
    public static SplitCertificate of(Split split, Cohort cohort) {
        return of(split, cohort, PatientTies.of(cohort, split.rules()));
    }

    /**
     * Proves a split.
     *
     * @param ties who had to stay together
     * @throws IllegalArgumentException if there is nothing to prove: with everything that its audit finds
     */
    public static SplitCertificate of(Split split, Cohort cohort, PatientTies ties) {
        if (!split.dataset().equals(cohort.digest())) {
            throw new IllegalArgumentException(
                    "the split is of a cohort with digest " + split.dataset() + ", this one has " + cohort.digest());
        }
        List<RoleAssignment> assignments = RoleAssignment.of(split);
        LeakageAudit audit = LeakageAudit.of(assignments, cohort, split.spec(), ties);
        if (!audit.passed()) {
            throw new IllegalArgumentException("the split leaks: "
                    + audit.findings().stream()
                            .map(finding ->
                                    finding.count() + " times " + finding.fault() + " in fold " + finding.fold())
                            .collect(Collectors.joining(", ")));
        }
        if (split.spec() instanceof SplitSpec.Fixed fixed
                && !RoleAssignment.digest(assignments).hex().equals(fixed.assignmentsDigest())) {
            throw new IllegalArgumentException("the roles are not those that were given");
        }
        return new Prover(split, cohort, ties, audit).certificate();
    }

    private static void requireSum(String what, ToIntFunction<Holding> part, Holding total, FoldProof fold) {
        int sum = fold.roles().stream()
                .mapToInt(role -> part.applyAsInt(role.holding()))
                .sum();
        if (sum != part.applyAsInt(total)) {
            throw new IllegalArgumentException("the roles of fold " + fold.fold() + " hold " + sum + " " + what
                    + ", the cohort " + part.applyAsInt(total) + ": they are not disjoint and complete");
        }
    }

    /** Counts what each role holds, on its own account: not by way of the audit. */
    private static final class Prover {
        private final Split split;
        private final PatientTies ties;
        private final LeakageAudit audit;
        private final Map<PatientId, Integer> imagesOf = new HashMap<>();
        /** How many contents are of images of this patient alone. */
        private final Map<PatientId, Integer> ownContentsOf = new HashMap<>();
        /** The patients of each content that is of several. */
        private final List<Set<PatientId>> sharedContents = new ArrayList<>();

        private final int images;
        private final int contents;

        Prover(Split split, Cohort cohort, PatientTies ties, LeakageAudit audit) {
            this.split = split;
            this.ties = ties;
            this.audit = audit;
            this.images = cohort.images().size();
            Map<Digest, Set<PatientId>> patientsOf = new HashMap<>();
            for (ImageRecord image : cohort.images()) {
                imagesOf.merge(image.patient(), 1, Integer::sum);
                Set<PatientId> patients = patientsOf.get(image.content());
                if (patients == null) {
                    patientsOf.put(image.content(), Collections.singleton(image.patient()));
                } else if (!patients.contains(image.patient())) {
                    Set<PatientId> more = new TreeSet<>(patients);
                    more.add(image.patient());
                    patientsOf.put(image.content(), more);
                }
            }
            this.contents = patientsOf.size();
            for (Set<PatientId> patients : patientsOf.values()) {
                if (patients.size() == 1) {
                    ownContentsOf.merge(patients.iterator().next(), 1, Integer::sum);
                } else {
                    sharedContents.add(patients);
                }
            }
        }

        SplitCertificate certificate() {
            return new SplitCertificate(
                    split.dataset(),
                    split.digest(),
                    split.seed(),
                    split.spec(),
                    split.rules(),
                    ties.digest(),
                    new Holding(imagesOf.size(), images, contents, ties.groups().size()),
                    split.allFolds().stream().map(this::proof).toList(),
                    audit.greatestShareDeviation());
        }

        private FoldProof proof(Fold fold) {
            Map<Role, int[]> sums = new EnumMap<>(Role.class);
            Map<Role, List<String>> members = new EnumMap<>(Role.class);
            // in the order of the patients' ids
            fold.roles().forEach((patient, role) -> {
                Integer count = imagesOf.get(patient);
                if (count != null) {
                    int[] sum = sums.computeIfAbsent(role, any -> new int[4]);
                    sum[0]++;
                    sum[1] += count;
                    sum[2] += ownContentsOf.getOrDefault(patient, 0);
                    members.computeIfAbsent(role, any -> new ArrayList<>()).add(patient.value());
                }
            });
            sharedContents.forEach(patients -> count(fold, patients, sums, 2));
            ties.groups().forEach(group -> count(fold, group, sums, 3));
            List<RoleProof> roles = new ArrayList<>();
            for (LeakageAudit.RoleCounts counted : countedIn(fold)) {
                int[] sum = sums.getOrDefault(counted.role(), new int[4]);
                roles.add(new RoleProof(
                        counted.role(),
                        new Holding(sum[0], sum[1], sum[2], sum[3]),
                        Digest.ofLines(members.getOrDefault(counted.role(), List.of())),
                        counted.classes()));
            }
            return new FoldProof(fold.index(), roles);
        }

        private List<LeakageAudit.RoleCounts> countedIn(Fold fold) {
            return audit.folds().stream()
                    .filter(counts -> counts.fold() == fold.index())
                    .findFirst()
                    .orElseThrow()
                    .roles();
        }

        /** Adds one to every role that somebody of the set plays. */
        private static void count(Fold fold, Set<PatientId> patients, Map<Role, int[]> sums, int column) {
            Set<Role> roles =
                    patients.stream().map(patient -> fold.roles().get(patient)).collect(Collectors.toSet());
            for (Role role : roles) {
                int[] sum = sums.get(role);
                if (sum != null) {
                    sum[column]++;
                }
            }
        }
    }
}
