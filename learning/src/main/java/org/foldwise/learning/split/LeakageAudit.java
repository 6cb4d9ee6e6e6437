package org.foldwise.learning.split;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What can be proved about a split from the cohort and a bare list of roles, without trusting whoever made it: whether any
 * patient or any image content is in two roles, and how the roles are filled. Names no patient.
 *
 * @param dataset digest of the cohort
 * @param folds what was found in each fold, in the order of their indices
 * @param sharedPatients number of patients in more than one role of a fold, or in the test subset of one fold and not of another
 * @param sharedContents number of image contents of which the same holds
 * @param greatestShareDeviation largest difference between the share of a class among the images of some role and its share
 *     among all images, in [0, 1]
 * @param findings everything that is wrong; empty for a sound split
 */
public record LeakageAudit(
        Digest dataset,
        List<FoldCounts> folds,
        int sharedPatients,
        int sharedContents,
        double greatestShareDeviation,
        List<Finding> findings) {
    public LeakageAudit {
        folds = List.copyOf(folds);
        findings = List.copyOf(findings);
    }

    /** Kinds of faults. */
    public enum Fault {
        /** A role is given to somebody whom the cohort does not know. */
        UNKNOWN_PATIENT,
        /** A patient of the cohort has no role. */
        MISSING_PATIENT,
        /** A patient is listed more than once, be it with equal or with different roles. */
        REPEATED_PATIENT,
        /** A patient has several roles in one fold. */
        PATIENT_IN_SEVERAL_ROLES,
        /** Byte-identical images are in several roles of one fold. */
        CONTENT_IN_SEVERAL_ROLES,
        /** Patients who must stay together are in several roles of one fold. */
        TIED_PATIENTS_DIVIDED,
        /** Images are trained, validated or held out on that are not earlier than what a temporal split tests. */
        NOT_EARLIER_THAN_TEST,
        /** A site of a split by sites is on two sides of a fold: trained or validated, held out, tested. */
        SITE_ON_TWO_SIDES,
        /** A patient belongs to the test subset of this fold, but not to that of the development fold, or the reverse. */
        OTHER_TEST_SUBSET,
        /** A patient is dropped in this fold, but not in the development fold, or the reverse. */
        OTHER_DROPPED,
        /** Nobody trains, nobody validates, or nobody is held out of a fold of a cross-validation. */
        EMPTY_ROLE,
        /** The development fold holds patients out. */
        HELD_OUT_OF_DEVELOPMENT,
        /** A development patient is held out in no fold of a cross-validation, or of one of its repeats, or in several. */
        NOT_HELD_OUT_ONCE,
        /** The folds are not numbered -1, 0, 1, ... without a gap, or are fewer or more than the specification says. */
        MISSING_FOLD
    }

    /**
     * A fault in one fold.
     *
     * @param fault its kind
     * @param fold index of the fold
     * @param count how many patients, contents, roles or folds are concerned, 1 or more
     */
    public record Finding(Fault fault, int fold, int count) {}

    /**
     * How a fold is filled.
     *
     * @param fold its index
     * @param roles the roles that somebody plays
     */
    public record FoldCounts(int fold, List<RoleCounts> roles) {
        public FoldCounts {
            roles = List.copyOf(roles);
        }
    }

    /**
     * How a role is filled.
     *
     * @param role the role
     * @param patients number of its patients
     * @param images number of their images
     * @param classes counts of each class, in the cohort's order of classes
     */
    public record RoleCounts(Role role, int patients, int images, List<ClassCounts> classes) {
        public RoleCounts {
            classes = List.copyOf(classes);
        }
    }

    /**
     * One class within a role.
     *
     * @param name the class
     * @param images number of its images
     * @param patients number of patients with such an image
     * @param shareDeviation its share among the images of the role less its share among all images
     */
    public record ClassCounts(String name, int images, int patients, double shareDeviation) {}

    /** Audits a split against the cohort it claims to divide, and against what it claims to keep together. */
    public static LeakageAudit of(Split split, Cohort cohort) {
        return of(split, cohort, PatientTies.of(cohort, split.rules()));
    }

    /** The same, where more patients are tied together than the split's rules say. */
    public static LeakageAudit of(Split split, Cohort cohort, PatientTies ties) {
        return of(RoleAssignment.of(split), cohort, split.spec(), ties);
    }

    /** Audits roles of unknown origin and purpose, such as rows read back from a database. */
    public static LeakageAudit of(Collection<RoleAssignment> assignments, Cohort cohort) {
        return new Auditor(cohort, null, PatientTies.NONE).audit(assignments);
    }

    /** Audits roles of unknown origin against what they are said to be for, and against who must stay together. */
    public static LeakageAudit of(
            Collection<RoleAssignment> assignments, Cohort cohort, SplitSpec spec, PatientTies ties) {
        return new Auditor(cohort, spec, ties).audit(assignments);
    }

    /**
     * Images held out over images left to learn from, be it for the weights or for when to stop, over all folds of a
     * cross-validation; above 0, and 1 / (k - 1) of k folds.
     */
    public double testToTrain() {
        return (double) images(Role.HELD_OUT) / (images(Role.TRAIN) + images(Role.VALIDATION));
    }

    private long images(Role role) {
        return folds.stream()
                .filter(fold -> fold.fold() >= 0)
                .flatMap(fold -> fold.roles().stream())
                .filter(counts -> counts.role() == role)
                .mapToLong(RoleCounts::images)
                .sum();
    }

    /** Whether nothing is wrong. */
    public boolean passed() {
        return findings.isEmpty();
    }

    /** Numbers patients, contents and classes once, so that each fold costs one pass over the images. */
    private static final class Auditor {
        private final Cohort cohort;
        private final @Nullable SplitSpec spec;
        private final PatientTies ties;
        private final Map<PatientId, Integer> patientIndex = new HashMap<>();
        private final int[] patientOf;
        private final int[] contentOf;
        /** Of each patient, how many images. */
        private final int[] imagesOf;
        /** Of each patient, how many images of each class. */
        private final int[][] imagesOfClasses;

        private final int contents;
        private final List<Finding> findings = new ArrayList<>();
        /** Roles by patient, as bits, of the fold under audit. */
        private int[] rolesOfPatient = {};

        private int[] rolesOfContent = {};
        private final boolean[] patientShared;
        private final boolean[] contentShared;
        private final boolean[] contentTested;
        private final boolean[] contentUsed;

        Auditor(Cohort cohort, @Nullable SplitSpec spec, PatientTies ties) {
            this.cohort = cohort;
            this.spec = spec;
            this.ties = ties;
            List<ImageRecord> images = cohort.images();
            patientOf = new int[images.size()];
            contentOf = new int[images.size()];
            Map<Digest, Integer> contentIndex = new HashMap<>();
            for (int i = 0; i < images.size(); i++) {
                ImageRecord image = images.get(i);
                patientOf[i] = indexIn(patientIndex, image.patient());
                contentOf[i] = indexIn(contentIndex, image.content());
            }
            imagesOf = new int[patientIndex.size()];
            imagesOfClasses = new int[patientIndex.size()][cohort.classes().size()];
            for (int i = 0; i < images.size(); i++) {
                imagesOf[patientOf[i]]++;
                for (String label : images.get(i).labels()) {
                    imagesOfClasses[patientOf[i]][cohort.classes().indexOf(label)]++;
                }
            }
            contents = contentIndex.size();
            patientShared = new boolean[patientIndex.size()];
            contentShared = new boolean[contents];
            contentTested = new boolean[contents];
            contentUsed = new boolean[contents];
        }

        private static <K> int indexIn(Map<K, Integer> indices, K key) {
            Integer known = indices.putIfAbsent(key, indices.size());
            return known == null ? indices.size() - 1 : known;
        }

        LeakageAudit audit(Collection<RoleAssignment> assignments) {
            SortedMap<Integer, List<RoleAssignment>> byFold = new TreeMap<>();
            byFold.put(Fold.DEVELOPMENT, new ArrayList<>());
            for (RoleAssignment assignment : assignments) {
                byFold.computeIfAbsent(assignment.fold(), fold -> new ArrayList<>())
                        .add(assignment);
            }
            int[] development = rolesIn(byFold.getOrDefault(Fold.DEVELOPMENT, List.of()));
            int[][] timesHeldOut = new int[spec == null ? 1 : spec.repeats()][patientIndex.size()];
            List<FoldCounts> folds = new ArrayList<>();
            for (Map.Entry<Integer, List<RoleAssignment>> entry : byFold.entrySet()) {
                int fold = entry.getKey();
                readRoles(fold, entry.getValue());
                checkSharing(fold);
                if (fold == Fold.DEVELOPMENT) {
                    find(
                            Fault.HELD_OUT_OF_DEVELOPMENT,
                            fold,
                            count(rolesOfPatient, roles -> has(roles, Role.HELD_OUT)));
                } else {
                    checkTestSubset(fold, development);
                    addHeldOut(timesHeldOut[repeatOf(fold, byFold.size() - 1)]);
                }
                folds.add(counts(fold));
            }
            checkAcrossFolds(byFold, development, timesHeldOut);
            return new LeakageAudit(
                    cohort.digest(),
                    folds,
                    count(patientShared),
                    count(contentShared),
                    greatestShareDeviation(folds),
                    findings);
        }

        private void readRoles(int fold, List<RoleAssignment> assignments) {
            rolesOfPatient = rolesIn(assignments);
            rolesOfContent = new int[contents];
            for (int i = 0; i < patientOf.length; i++) {
                rolesOfContent[contentOf[i]] |= rolesOfPatient[patientOf[i]];
            }
            int known = (int) assignments.stream()
                    .filter(assignment -> patientIndex.containsKey(assignment.patient()))
                    .count();
            int missing = count(rolesOfPatient, roles -> roles == 0);
            find(Fault.UNKNOWN_PATIENT, fold, assignments.size() - known);
            find(Fault.MISSING_PATIENT, fold, missing);
            find(Fault.REPEATED_PATIENT, fold, known - (rolesOfPatient.length - missing));
            int empty = 0;
            for (Role role : Role.values()) {
                boolean needed = role == Role.TRAIN
                        || role == Role.VALIDATION
                        || (role == Role.HELD_OUT && fold != Fold.DEVELOPMENT);
                empty += needed && count(rolesOfPatient, roles -> has(roles, role)) == 0 ? 1 : 0;
            }
            find(Fault.EMPTY_ROLE, fold, empty);
        }

        private int[] rolesIn(List<RoleAssignment> assignments) {
            int[] roles = new int[patientIndex.size()];
            for (RoleAssignment assignment : assignments) {
                Integer patient = patientIndex.get(assignment.patient());
                if (patient != null) {
                    roles[patient] |= bit(assignment.role());
                }
            }
            return roles;
        }

        private void checkSharing(int fold) {
            find(Fault.PATIENT_IN_SEVERAL_ROLES, fold, markSeveral(rolesOfPatient, patientShared));
            find(Fault.CONTENT_IN_SEVERAL_ROLES, fold, markSeveral(rolesOfContent, contentShared));
            find(Fault.TIED_PATIENTS_DIVIDED, fold, dividedTies());
            if (spec instanceof SplitSpec.Temporal temporal) {
                find(Fault.NOT_EARLIER_THAN_TEST, fold, notEarlierThanTest(temporal));
            }
            if (spec instanceof SplitSpec.Site) {
                find(Fault.SITE_ON_TWO_SIDES, fold, sitesOnTwoSides());
            }
            for (int content = 0; content < contents; content++) {
                contentTested[content] |= has(rolesOfContent[content], Role.TEST);
                contentUsed[content] |= (rolesOfContent[content] & ~bit(Role.TEST)) != 0;
            }
        }

        private int dividedTies() {
            int divided = 0;
            for (Set<PatientId> group : ties.groups()) {
                divided += Integer.bitCount(rolesOf(group)) > 1 ? 1 : 0;
            }
            return divided;
        }

        private int rolesOf(Set<PatientId> group) {
            int roles = 0;
            for (PatientId patient : group) {
                Integer index = patientIndex.get(patient);
                roles |= index == null ? 0 : rolesOfPatient[index];
            }
            return roles;
        }

        /** The day of every image, or the last day of its tie, is compared: as the specification deals with who straddles. */
        private int notEarlierThanTest(SplitSpec.Temporal temporal) {
            Map<PatientId, LocalDate> last = new HashMap<>();
            LocalDate firstTested = LocalDate.MAX;
            for (int i = 0; i < patientOf.length; i++) {
                ImageRecord image = cohort.images().get(i);
                if (has(rolesOfPatient[patientOf[i]], Role.TEST)) {
                    LocalDate day = day(image);
                    firstTested = day.isBefore(firstTested) ? day : firstTested;
                    last.merge(image.patient(), day, (one, other) -> one.isAfter(other) ? one : other);
                }
            }
            if (temporal.straddling() == SplitSpec.Straddling.BY_LATEST_IMAGE) {
                for (Set<PatientId> group : ties.groups()) {
                    group.stream()
                            .map(last::get)
                            .filter(Objects::nonNull)
                            .max(Comparator.naturalOrder())
                            .ifPresent(latest -> group.forEach(patient -> last.put(patient, latest)));
                }
                firstTested =
                        last.values().stream().min(Comparator.naturalOrder()).orElse(LocalDate.MAX);
            }
            int late = 0;
            int unused = bit(Role.TEST) | bit(Role.DROPPED);
            for (int i = 0; i < patientOf.length; i++) {
                boolean used = (rolesOfPatient[patientOf[i]] & ~unused) != 0;
                late += used && !day(cohort.images().get(i)).isBefore(firstTested) ? 1 : 0;
            }
            return late;
        }

        /** An image without a day may be as late as can be. */
        private static LocalDate day(ImageRecord image) {
            LocalDate day = image.acquiredOn();
            return day == null ? LocalDate.MAX : day;
        }

        private int sitesOnTwoSides() {
            Map<String, Integer> rolesOfSite = new HashMap<>();
            for (int i = 0; i < patientOf.length; i++) {
                int roles = rolesOfPatient[patientOf[i]];
                int sides = has(roles, Role.VALIDATION) ? roles | bit(Role.TRAIN) : roles;
                rolesOfSite.merge(
                        String.valueOf(cohort.images().get(i).site()),
                        sides & (bit(Role.TRAIN) | bit(Role.HELD_OUT) | bit(Role.TEST)),
                        (one, other) -> one | other);
            }
            return (int) rolesOfSite.values().stream()
                    .filter(sides -> Integer.bitCount(sides) > 1)
                    .count();
        }

        /** Folds are numbered over the repeats; one beyond all of them is told of as such. */
        private int repeatOf(int fold, int foldsInAll) {
            int repeats = spec == null ? 1 : spec.repeats();
            int folds = spec instanceof SplitSpec.KFold kFold ? kFold.folds() : Math.max(1, foldsInAll / repeats);
            return Math.min(Math.max(fold, 0) / folds, repeats - 1);
        }

        private static int markSeveral(int[] roles, boolean[] shared) {
            int several = 0;
            for (int i = 0; i < roles.length; i++) {
                if (Integer.bitCount(roles[i]) > 1) {
                    shared[i] = true;
                    several++;
                }
            }
            return several;
        }

        private void checkTestSubset(int fold, int[] development) {
            int different = 0;
            int dropped = 0;
            for (int patient = 0; patient < rolesOfPatient.length; patient++) {
                if (has(rolesOfPatient[patient], Role.TEST) != has(development[patient], Role.TEST)) {
                    patientShared[patient] = true;
                    different++;
                }
                dropped +=
                        has(rolesOfPatient[patient], Role.DROPPED) != has(development[patient], Role.DROPPED) ? 1 : 0;
            }
            find(Fault.OTHER_TEST_SUBSET, fold, different);
            find(Fault.OTHER_DROPPED, fold, dropped);
        }

        private void addHeldOut(int[] timesHeldOut) {
            for (int patient = 0; patient < timesHeldOut.length; patient++) {
                timesHeldOut[patient] += has(rolesOfPatient[patient], Role.HELD_OUT) ? 1 : 0;
            }
        }

        private void checkAcrossFolds(
                SortedMap<Integer, List<RoleAssignment>> byFold, int[] development, int[][] timesHeldOut) {
            for (int content = 0; content < contents; content++) {
                contentShared[content] |= contentTested[content] && contentUsed[content];
            }
            boolean isCrossValidation = byFold.size() > 1;
            if (isCrossValidation) {
                int notOnce = 0;
                for (int patient = 0; patient < development.length; patient++) {
                    int wanted = (development[patient] & (bit(Role.TEST) | bit(Role.DROPPED))) != 0 ? 0 : 1;
                    boolean once = true;
                    for (int[] ofRepeat : timesHeldOut) {
                        once &= ofRepeat[patient] == wanted;
                    }
                    notOnce += once ? 0 : 1;
                }
                find(Fault.NOT_HELD_OUT_ONCE, Fold.DEVELOPMENT, notOnce);
            }
            long gaps = (long) byFold.lastKey() - byFold.firstKey() + 1 - byFold.size();
            long before = (long) Fold.DEVELOPMENT - byFold.firstKey();
            int missing = (int) Math.min(gaps + before, Integer.MAX_VALUE);
            if (missing == 0 && spec instanceof SplitSpec.KFold kFold) {
                missing = Math.abs(kFold.folds() * kFold.repeats() + 1 - byFold.size());
            } else if (missing == 0 && spec != null) {
                missing = (byFold.size() - 1) % spec.repeats();
            }
            find(Fault.MISSING_FOLD, Fold.DEVELOPMENT, missing);
        }

        private FoldCounts counts(int fold) {
            List<RoleCounts> roles = new ArrayList<>();
            for (Role role : Role.values()) {
                int patients = count(rolesOfPatient, bits -> has(bits, role));
                if (patients > 0) {
                    roles.add(counts(role, patients));
                }
            }
            return new FoldCounts(fold, roles);
        }

        private RoleCounts counts(Role role, int patients) {
            int classes = cohort.classes().size();
            int[] images = new int[classes];
            int[] total = new int[classes];
            int[] showing = new int[classes];
            int imagesOfRole = 0;
            for (int patient = 0; patient < imagesOf.length; patient++) {
                boolean plays = has(rolesOfPatient[patient], role);
                imagesOfRole += plays ? imagesOf[patient] : 0;
                for (int shown = 0; shown < classes; shown++) {
                    int count = imagesOfClasses[patient][shown];
                    total[shown] += count;
                    if (plays && count > 0) {
                        images[shown] += count;
                        showing[shown]++;
                    }
                }
            }
            List<ClassCounts> counts = new ArrayList<>();
            for (int i = 0; i < classes; i++) {
                double deviation = (double) images[i] / imagesOfRole - (double) total[i] / patientOf.length;
                counts.add(new ClassCounts(cohort.classes().get(i), images[i], showing[i], deviation));
            }
            return new RoleCounts(role, patients, imagesOfRole, counts);
        }

        private static double greatestShareDeviation(List<FoldCounts> folds) {
            return folds.stream()
                    .flatMap(fold -> fold.roles().stream())
                    .filter(role -> role.role() != Role.DROPPED)
                    .flatMap(role -> role.classes().stream())
                    .mapToDouble(counts -> Math.abs(counts.shareDeviation()))
                    .max()
                    .orElse(0);
        }

        private void find(Fault fault, int fold, int count) {
            if (count > 0) {
                findings.add(new Finding(fault, fold, count));
            }
        }

        private static int bit(Role role) {
            return switch (role) {
                case TRAIN -> 1;
                case VALIDATION -> 2;
                case HELD_OUT -> 4;
                case TEST -> 8;
                case DROPPED -> 16;
            };
        }

        private static boolean has(int roles, Role role) {
            return (roles & bit(role)) != 0;
        }

        private static int count(int[] roles, IntPredicate condition) {
            return (int) Arrays.stream(roles).filter(condition).count();
        }

        private static int count(boolean[] flags) {
            int count = 0;
            for (boolean flag : flags) {
                count += flag ? 1 : 0;
            }
            return count;
        }
    }
}
