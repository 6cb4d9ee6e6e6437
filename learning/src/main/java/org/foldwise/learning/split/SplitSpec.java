package org.foldwise.learning.split;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How patients are to be split. Shares are fractions of the patients, closed over whatever must stay together. */
public sealed interface SplitSpec {
    /** How often development patients are divided anew at most. */
    int MAXIMUM_REPEATS = 20;
    /** What is no share of anybody: of a million patients one. Only an absent test may be less, which is 0. */
    double SMALLEST_SHARE = 1e-6;

    /** As people write it. */
    String SMALLEST = "0.000001";

    /** Folds of all repeats together at most. */
    int MAXIMUM_FOLDS_IN_ALL = 100;

    /**
     * How often each development patient is held out, if there are folds at all: more than once in a repeated
     * cross-validation.
     */
    default int repeats() {
        return 1;
    }

    /**
     * One division into train, validation and test patients.
     *
     * @param train at least {@link #SMALLEST_SHARE}, as every share, and below 1
     * @param validation likewise
     * @param test likewise, or 0, which locks nothing away. The three add up to 1.
     */
    record Holdout(double train, double validation, double test) implements SplitSpec {
        private static final double ROUNDING = 1e-9;

        public Holdout {
            requireShare("train", train, false);
            requireShare("validation", validation, false);
            requireShare("test", test, true);
            if (Math.abs(train + validation + test - 1) > ROUNDING) {
                throw new IllegalArgumentException("train, validation and test must add up to 1, were " + train + " + "
                        + validation + " + " + test);
            }
        }
    }

    /**
     * Cross-validation over patients, with a locked test subset. Of several repeats each divides the same development
     * patients anew; fold {@code i} of repeat {@code r} has the index {@code r * folds + i}.
     *
     * @param folds 2 to 50; each development patient is held out in exactly one of them, per repeat
     * @param repeats 1 to 20, and at most 100 folds in all
     * @param test share of all patients to lock away, 0 or at least {@link #SMALLEST_SHARE}, and at most 0.9
     * @param validation share of each fold's remaining patients that early stopping and thresholds look at, at most 0.5.
     *     It is never the held-out part: a model chosen on the patients that judge it would flatter itself.
     */
    record KFold(int folds, int repeats, double test, double validation) implements SplitSpec {
        /** What a cross-validation is where its author says nothing. */
        public static final KFold DEFAULT = new KFold(5, 1, 0.2, 0.2);

        private static final int MAXIMUM_FOLDS = 50;

        public KFold {
            if (folds < 2 || folds > MAXIMUM_FOLDS) {
                throw new IllegalArgumentException("folds must be 2 to " + MAXIMUM_FOLDS + ", was " + folds);
            }
            requireRepeats(repeats);
            if (folds * repeats > MAXIMUM_FOLDS_IN_ALL) {
                throw new IllegalArgumentException("folds times repeats must be at most " + MAXIMUM_FOLDS_IN_ALL
                        + ", was " + folds + " times " + repeats);
            }
            if (test != 0 && !(test >= SMALLEST_SHARE && test <= 0.9)) {
                throw new IllegalArgumentException("test must be 0 or in [" + SMALLEST + ", 0.9], was " + test);
            }
            requireValidation(validation);
        }

        private static void requireRepeats(int repeats) {
            if (repeats < 1 || repeats > MAXIMUM_REPEATS) {
                throw new IllegalArgumentException("repeats must be 1 to " + MAXIMUM_REPEATS + ", was " + repeats);
            }
        }

        /** Without repeats. */
        public KFold(int folds, double test, double validation) {
            this(folds, 1, test, validation);
        }
    }

    /**
     * A division by the day of examination: nothing is trained on that is later than what is tested. Needs the day of every
     * image. The patients before the cut are divided into train and validation at random.
     *
     * @param test share of the patients to test on, at most 0.9; the cut is the day that comes closest of those on which somebody
     *     comes to be tested, and infeasible where that is less than half or more than twice of it. Absent where {@code testFrom} is given.
     * @param testFrom the first day of the test; absent where {@code test} is given
     * @param validation share of the earlier patients for early stopping and thresholds, at most 0.5
     * @param straddling what happens to patients with images on both sides
     */
    record Temporal(@Nullable Double test, @Nullable LocalDate testFrom, double validation, Straddling straddling)
            implements SplitSpec {
        public Temporal {
            if (test != null && !(test >= SMALLEST_SHARE && test <= 0.9)) {
                throw new IllegalArgumentException("test must be in [" + SMALLEST + ", 0.9], was " + test);
            }
            requireValidation(validation);
            if ((test == null) == (testFrom == null)) {
                throw new IllegalArgumentException("either test or testFrom must be given, and not both");
            }
        }
    }

    /** What happens to patients who have images before a temporal cut and images after it. */
    enum Straddling {
        /** They are used for nothing. So every image that is tested is later than every image that is trained on. */
        DROPPED,
        /**
         * They go where their latest image is: to the test, with all their images, and with them whoever must stay with them
         * ({@link PatientTies}). So nothing is trained on that is as late as the latest image of any such group of patients who are
         * tested, but the test also has earlier images of those groups; a patient who is tested for another's sake may have such alone.
         */
        BY_LATEST_IMAGE
    }

    /**
     * A division by site. Needs the site of every image. Where test sites are named, their patients are the test subset and
     * there are no folds; where none are, each site is held out in a fold of its own, in the order of their names, and
     * nothing is locked away. Patients with images of sites on two sides are dropped; with {@link Bond#SITE} nobody is,
     * and sites that share patients are one.
     *
     * @param test the sites to test on; none for a cross-validation over sites
     * @param validation share of the other sites' patients for early stopping and thresholds, at most 0.5
     */
    record Site(List<String> test, double validation) implements SplitSpec {
        public Site {
            test = List.copyOf(test);
            if (new HashSet<>(test).size() != test.size()) {
                throw new IllegalArgumentException("test must name no site twice, was " + test);
            }
            requireValidation(validation);
        }
    }

    /**
     * Roles that were given elsewhere.
     *
     * @param assignmentsDigest digest of the roles, {@link RoleAssignment#digest}, 64 hexadecimal digits
     * @param repeats how often the roles divide the development patients anew, 1 to 20; the folds of the first repeat come first
     */
    record Fixed(String assignmentsDigest, int repeats) implements SplitSpec {
        public Fixed {
            KFold.requireRepeats(repeats);
            if (!assignmentsDigest.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "assignmentsDigest must be a SHA-256 digest, was '" + assignmentsDigest + "'");
            }
        }

        /** Without repeats. */
        public Fixed(String assignmentsDigest) {
            this(assignmentsDigest, 1);
        }

        /** Of a division that is not repeated as it was before any could be: digests of stored splits are made of it. */
        @Override
        public String toString() {
            return "Fixed[assignmentsDigest=" + assignmentsDigest + (repeats == 1 ? "]" : ", repeats=" + repeats + "]");
        }
    }

    /**
     * Checks a share for validation.
     *
     * @throws IllegalArgumentException if it is none
     */
    static void requireValidation(double validation) {
        if (!(validation >= SMALLEST_SHARE && validation <= 0.5)) {
            throw new IllegalArgumentException("validation must be in [" + SMALLEST + ", 0.5], was " + validation);
        }
    }

    private static void requireShare(String name, double share, boolean zeroAllowed) {
        if (!(share >= SMALLEST_SHARE && share < 1) && !(share == 0 && zeroAllowed)) {
            throw new IllegalArgumentException(
                    name + " must be " + (zeroAllowed ? "0 or " : "") + "in [" + SMALLEST + ", 1), was " + share);
        }
    }
}
