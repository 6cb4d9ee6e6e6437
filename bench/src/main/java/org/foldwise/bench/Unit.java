package org.foldwise.bench;

/** What a comparison's figures are. */
enum Unit {
    IMAGES_PER_SECOND("images/s", true),
    MILLISECONDS("ms", false),
    SECONDS("s", false),
    GFLOP_PER_SECOND("GFLOP/s", true);

    private final String symbol;
    private final boolean higherIsBetter;

    Unit(String symbol, boolean higherIsBetter) {
        this.symbol = symbol;
        this.higherIsBetter = higherIsBetter;
    }

    String symbol() {
        return symbol;
    }

    boolean higherIsBetter() {
        return higherIsBetter;
    }

    /** The figure of a repetition that took so long for so many units of work. */
    double figure(double seconds, double units) {
        return switch (this) {
            case IMAGES_PER_SECOND -> units / seconds;
            case GFLOP_PER_SECOND -> units / seconds / 1e9;
            case MILLISECONDS -> 1e3 * seconds;
            case SECONDS -> seconds;
        };
    }

    /** How many times better one figure is than another. */
    double ratio(double figure, double than) {
        return higherIsBetter ? figure / than : than / figure;
    }
}
