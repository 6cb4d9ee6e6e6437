package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;

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
        /** A patient belongs to the test subset of this fold, but not to that of the development fold, or the reverse. */
        OTHER_TEST_SUBSET,
        /** Nobody trains, nobody validates, or nobody is held out of a fold of a cross-validation. */
        EMPTY_ROLE,
        /** The development fold holds patients out. */
        HELD_OUT_OF_DEVELOPMENT,
        /** A development patient is held out in no fold of a cross-validation, or in several. */
        NOT_HELD_OUT_ONCE,
        /** The folds are not numbered -1, 0, 1, ... without a gap. */
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

    /** Audits a split against the cohort it claims to divide. */
    public static LeakageAudit of(Split split, Cohort cohort) {
        return of(RoleAssignment.of(split), cohort);
    }

    /** Audits roles of unknown origin, such as rows read back from a database. */
    public static LeakageAudit of(Collection<RoleAssignment> assignments, Cohort cohort) {
        return new Auditor(cohort).audit(assignments);
    }

    /** Whether nothing is wrong. */
    public boolean passed() {
        return findings.isEmpty();
    }

    /** Numbers patients, contents and classes once, so that each fold costs one pass over the images. */
    private static final class Auditor {
        private final Cohort cohort;
        private final Map<PatientId, Integer> patientIndex = new HashMap<>();
        private final int[] patientOf;
        private final int[] contentOf;
        /** Of each image; several or none where classes do not exclude each other. */
        private final int[][] classesOf;

        private final int contents;
        private final List<Finding> findings = new ArrayList<>();
        /** Roles by patient, as bits, of the fold under audit. */
        private int[] rolesOfPatient = {};

        private int[] rolesOfContent = {};
        private final boolean[] patientShared;
        private final boolean[] contentShared;
        private final boolean[] contentTested;
        private final boolean[] contentUsed;

        Auditor(Cohort cohort) {
            this.cohort = cohort;
            List<ImageRecord> images = cohort.images();
            patientOf = new int[images.size()];
            contentOf = new int[images.size()];
            classesOf = new int[images.size()][];
            Map<Digest, Integer> contentIndex = new HashMap<>();
            for (int i = 0; i < images.size(); i++) {
                ImageRecord image = images.get(i);
                patientOf[i] = indexIn(patientIndex, image.patient());
                contentOf[i] = indexIn(contentIndex, image.content());
                classesOf[i] = image.labels().stream()
                        .mapToInt(cohort.classes()::indexOf)
                        .toArray();
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
            int[] timesHeldOut = new int[patientIndex.size()];
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
                    addHeldOut(timesHeldOut);
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
            for (int content = 0; content < contents; content++) {
                contentTested[content] |= has(rolesOfContent[content], Role.TEST);
                contentUsed[content] |= (rolesOfContent[content] & ~bit(Role.TEST)) != 0;
            }
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
            for (int patient = 0; patient < rolesOfPatient.length; patient++) {
                if (has(rolesOfPatient[patient], Role.TEST) != has(development[patient], Role.TEST)) {
                    patientShared[patient] = true;
                    different++;
                }
            }
            find(Fault.OTHER_TEST_SUBSET, fold, different);
        }

        private void addHeldOut(int[] timesHeldOut) {
            for (int patient = 0; patient < timesHeldOut.length; patient++) {
                timesHeldOut[patient] += has(rolesOfPatient[patient], Role.HELD_OUT) ? 1 : 0;
            }
        }

        private void checkAcrossFolds(
                SortedMap<Integer, List<RoleAssignment>> byFold, int[] development, int[] timesHeldOut) {
            for (int content = 0; content < contents; content++) {
                contentShared[content] |= contentTested[content] && contentUsed[content];
            }
            boolean isCrossValidation = byFold.size() > 1;
            if (isCrossValidation) {
                int notOnce = 0;
                for (int patient = 0; patient < timesHeldOut.length; patient++) {
                    int wanted = has(development[patient], Role.TEST) ? 0 : 1;
                    notOnce += timesHeldOut[patient] == wanted ? 0 : 1;
                }
                find(Fault.NOT_HELD_OUT_ONCE, Fold.DEVELOPMENT, notOnce);
            }
            long gaps = (long) byFold.lastKey() - byFold.firstKey() + 1 - byFold.size();
            long before = (long) Fold.DEVELOPMENT - byFold.firstKey();
            int missing = (int) Math.min(gaps + before, Integer.MAX_VALUE);
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
            boolean[][] seen = new boolean[classes][patientIndex.size()];
            int imagesOfRole = 0;
            for (int i = 0; i < patientOf.length; i++) {
                boolean plays = has(rolesOfPatient[patientOf[i]], role);
                imagesOfRole += plays ? 1 : 0;
                for (int shown : classesOf[i]) {
                    total[shown]++;
                    if (plays) {
                        images[shown]++;
                        seen[shown][patientOf[i]] = true;
                    }
                }
            }
            List<ClassCounts> counts = new ArrayList<>();
            for (int i = 0; i < classes; i++) {
                double deviation = (double) images[i] / imagesOfRole - (double) total[i] / patientOf.length;
                counts.add(new ClassCounts(cohort.classes().get(i), images[i], count(seen[i]), deviation));
            }
            return new RoleCounts(role, patients, imagesOfRole, counts);
        }

        private static double greatestShareDeviation(List<FoldCounts> folds) {
            return folds.stream()
                    .flatMap(fold -> fold.roles().stream())
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
