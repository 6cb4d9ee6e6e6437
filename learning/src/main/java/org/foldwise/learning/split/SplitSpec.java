package org.foldwise.learning.split;

/** How patients are to be split. Shares are fractions of the patients, closed over whatever must stay together. */
public sealed interface SplitSpec {

    /**
     * One division into train, validation and test patients.
     *
     * @param train in (0, 1)
     * @param validation in (0, 1)
     * @param test in [0, 1); 0 locks nothing away. The three add up to 1.
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
     * Cross-validation over patients, with a locked test subset.
     *
     * @param folds 2 to 50; each development patient is held out in exactly one of them
     * @param test share of all patients to lock away, in [0, 0.9]
     * @param validation share of each fold's remaining patients that early stopping and thresholds look at, in (0, 0.5].
     *     It is never the held-out part: a model chosen on the patients that judge it would flatter itself.
     */
    record KFold(int folds, double test, double validation) implements SplitSpec {
        /** What a cross-validation is where its author says nothing. */
        public static final KFold DEFAULT = new KFold(5, 0.2, 0.2);

        private static final int MAXIMUM_FOLDS = 50;

        public KFold {
            if (folds < 2 || folds > MAXIMUM_FOLDS) {
                throw new IllegalArgumentException("folds must be 2 to " + MAXIMUM_FOLDS + ", was " + folds);
            }
            if (!(test >= 0 && test <= 0.9)) {
                throw new IllegalArgumentException("test must be in [0, 0.9], was " + test);
            }
            if (!(validation > 0 && validation <= 0.5)) {
                throw new IllegalArgumentException("validation must be in (0, 0.5], was " + validation);
            }
        }
    }

    private static void requireShare(String name, double share, boolean zeroAllowed) {
        if (!(share >= 0 && share < 1) || (share == 0 && !zeroAllowed)) {
            throw new IllegalArgumentException(
                    name + " must be in " + (zeroAllowed ? "[0, 1)" : "(0, 1)") + ", was " + share);
        }
    }
}
