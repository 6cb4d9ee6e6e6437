package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.DuplicateImages;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;

/**
 * The sets of patients who must not be parted, closed over chains: whoever is tied to one of them is tied to all.
 *
 * @param groups disjoint sets of 2 patients and more, in the order of their first patients
 */
public record PatientTies(List<SortedSet<PatientId>> groups) {
    /** Nobody is tied to anybody. */
    public static final PatientTies NONE = new PatientTies(List.of());

    public PatientTies {
        groups = closed(groups);
    }

    /** What the rules tie together in a cohort. */
    public static PatientTies of(Cohort cohort, SplitRules rules) {
        Collection<SortedSet<PatientId>> ties =
                new ArrayList<>(DuplicateImages.ofEqualFiles(cohort).tiedPatients());
        if (rules.keeps(Bond.SITE)) {
            ties.addAll(patientsBySite(cohort).values());
        }
        return new PatientTies(List.copyOf(ties));
    }

    /** The same and more, such as patients whose images look alike without being equal byte for byte. */
    public PatientTies with(Collection<? extends Collection<PatientId>> more) {
        List<SortedSet<PatientId>> all = new ArrayList<>(groups);
        more.forEach(group -> all.add(new TreeSet<>(group)));
        return new PatientTies(all);
    }

    /** The digest of the groups, each a line of its patients' ids in their order with tabs between them. */
    public Digest digest() {
        return Digest.ofLines(groups.stream()
                .map(group -> group.stream().map(PatientId::value).collect(Collectors.joining("\t")))
                .toList());
    }

    /** The groups among some patients: what of a group lies outside of them is left out. */
    public PatientTies among(Set<PatientId> patients) {
        List<SortedSet<PatientId>> among = new ArrayList<>();
        for (SortedSet<PatientId> group : groups) {
            SortedSet<PatientId> inside = new TreeSet<>(group);
            inside.retainAll(patients);
            if (inside.size() > 1) {
                among.add(inside);
            }
        }
        return new PatientTies(among);
    }

    private static SortedMap<String, SortedSet<PatientId>> patientsBySite(Cohort cohort) {
        SortedMap<String, SortedSet<PatientId>> patients = new TreeMap<>();
        for (ImageRecord image : cohort.images()) {
            String site = image.site();
            if (site != null) {
                patients.computeIfAbsent(site, name -> new TreeSet<>()).add(image.patient());
            }
        }
        return patients;
    }

    private static List<SortedSet<PatientId>> closed(List<? extends SortedSet<PatientId>> groups) {
        int[] parents = new int[groups.size()];
        Arrays.setAll(parents, i -> i);
        Map<PatientId, Integer> groupOf = new HashMap<>();
        for (int i = 0; i < parents.length; i++) {
            for (PatientId patient : groups.get(i)) {
                Integer other = groupOf.putIfAbsent(patient, i);
                if (other != null) {
                    parents[root(parents, i)] = root(parents, other);
                }
            }
        }
        Map<Integer, SortedSet<PatientId>> byRoot = new HashMap<>();
        groupOf.forEach((patient, group) -> byRoot.computeIfAbsent(root(parents, group), root -> new TreeSet<>())
                .add(patient));
        return byRoot.values().stream()
                .filter(group -> group.size() > 1)
                .sorted((one, other) -> one.first().compareTo(other.first()))
                .map(Collections::unmodifiableSortedSet)
                .toList();
    }

    private static int root(int[] parents, int of) {
        int root = of;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }
}
