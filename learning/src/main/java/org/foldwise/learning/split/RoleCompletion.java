package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;

/**
 * Says of roles that were made elsewhere what they leave open, before {@link GivenSplit} audits them: which of several roles an image's
 * patient has, and who of the training patients is for validation.
 */
public final class RoleCompletion {
    private RoleCompletion() {}

    /**
     * One role for each patient, of the roles that the patient's images were given.
     *
     * @param roleByImage by the image's name; images without one do not count
     * @param ties who must stay together: they have the roles of all of them
     * @param dropsShared whether patients with several roles are dropped; else they keep all, so that an audit refuses them
     */
    public static List<RoleAssignment> ofImages(
            Map<String, Role> roleByImage, Cohort cohort, PatientTies ties, boolean dropsShared) {
        SortedMap<PatientId, Set<Role>> rolesOf = new TreeMap<>();
        cohort.images().forEach(image -> {
            Role role = roleByImage.get(image.name());
            if (role != null) {
                rolesOf.computeIfAbsent(image.patient(), patient -> EnumSet.noneOf(Role.class))
                        .add(role);
            }
        });
        if (dropsShared) {
            for (Set<PatientId> group : ties.groups()) {
                Set<Role> ofGroup = EnumSet.noneOf(Role.class);
                group.forEach(patient -> ofGroup.addAll(rolesOf.getOrDefault(patient, Set.of())));
                group.forEach(patient -> rolesOf.computeIfPresent(patient, (known, roles) -> ofGroup));
            }
        }
        List<RoleAssignment> rows = new ArrayList<>();
        rolesOf.forEach((patient, roles) -> {
            Collection<Role> kept = dropsShared && roles.size() > 1 ? Set.of(Role.DROPPED) : roles;
            kept.forEach(role -> rows.add(new RoleAssignment(Fold.DEVELOPMENT, patient, role)));
        });
        return List.copyOf(rows);
    }

    /**
     * The same rows, with validation patients taken from the training patients of every fold that has none. Where there are folds but no
     * development fold, one is made that trains on everybody who is neither tested nor dropped.
     *
     * @param rows at least one; of more folds than a split may have nothing is completed, as an audit refuses them
     * @param cohort whom they are of
     * @param ties who stays together; patients whom the cohort does not know count for nothing
     * @param share of the training patients, in (0, 0.5]
     * @param seed breaks ties
     */
    public static List<RoleAssignment> withValidation(
            List<RoleAssignment> rows, Cohort cohort, PatientTies ties, double share, long seed) {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException("validation must be in (0, 0.5], was " + share);
        }
        List<RoleAssignment> all = new ArrayList<>(rows);
        SortedMap<Integer, List<RoleAssignment>> byFold = byFold(rows);
        int folds = byFold.size() - (byFold.containsKey(Fold.DEVELOPMENT) ? 1 : 0);
        if (folds > SplitSpec.MAXIMUM_FOLDS_IN_ALL) {
            return List.copyOf(rows);
        }
        if (!byFold.isEmpty() && !byFold.containsKey(Fold.DEVELOPMENT)) {
            all.addAll(development(byFold.getOrDefault(byFold.firstKey(), List.of())));
        }
        PatientUnits units =
                PatientUnits.of(cohort, ties.among(cohort.imagesByPatient().keySet()), false);
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, Set<PatientId>> validated = new HashMap<>();
        byFold(all).forEach((fold, ofFold) -> {
            SplittableRandom stream = random.split();
            boolean complete = ofFold.stream().anyMatch(row -> row.role() == Role.VALIDATION);
            validated.put(fold, complete ? Set.of() : carved(ofFold, cohort, units, share, stream));
        });
        // in the order in which they were given, so that an audit names the right rows
        return all.stream()
                .map(row -> validated.getOrDefault(row.fold(), Set.of()).contains(row.patient())
                        ? new RoleAssignment(row.fold(), row.patient(), Role.VALIDATION)
                        : row)
                .toList();
    }

    private static SortedMap<Integer, List<RoleAssignment>> byFold(List<RoleAssignment> rows) {
        SortedMap<Integer, List<RoleAssignment>> byFold = new TreeMap<>();
        rows.forEach(row ->
                byFold.computeIfAbsent(row.fold(), fold -> new ArrayList<>()).add(row));
        return byFold;
    }

    private static List<RoleAssignment> development(List<RoleAssignment> fold) {
        List<RoleAssignment> rows = new ArrayList<>();
        for (RoleAssignment row : fold) {
            boolean setAside = row.role() == Role.TEST || row.role() == Role.DROPPED;
            rows.add(new RoleAssignment(Fold.DEVELOPMENT, row.patient(), setAside ? row.role() : Role.TRAIN));
        }
        return rows;
    }

    /** Whom of the patients that are trained on, and nothing else, a division takes for validation. */
    private static Set<PatientId> carved(
            List<RoleAssignment> fold, Cohort cohort, PatientUnits units, double share, SplittableRandom random) {
        Map<PatientId, Set<Role>> rolesOf = new HashMap<>();
        fold.forEach(row -> rolesOf.computeIfAbsent(row.patient(), patient -> new HashSet<>())
                .add(row.role()));
        List<Integer> trained = new ArrayList<>();
        for (int unit = 0; unit < units.size(); unit++) {
            if (units.patients(unit).stream()
                    .allMatch(patient -> Set.of(Role.TRAIN).equals(rolesOf.get(patient)))) {
                trained.add(unit);
            }
        }
        if (trained.size() < 2) {
            return Set.of();
        }
        UnitCounts counts =
                units.counts().of(trained.stream().mapToInt(unit -> unit).toArray());
        Demands.Cast cast = new Demands.Cast(
                cohort.classes().size(), counts.labels(), cohort.task().isExclusive());
        int[] partOf = BalancedPartition.divide(
                counts,
                new double[] {1 - share, share},
                Demands.ranked(counts, cast, new int[] {1, 1}, new int[] {0, 1}),
                random);
        Set<PatientId> validated = new HashSet<>();
        for (int i = 0; i < partOf.length; i++) {
            if (partOf[i] == 1) {
                validated.addAll(units.patients(trained.get(i)));
            }
        }
        return validated;
    }
}
