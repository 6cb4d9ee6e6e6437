package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;

/** Compares numbers with a reference, and tells the largest difference of each quantity. */
public final class Differences {
    private final String group;
    private final Map<String, Double> largest = new TreeMap<>();

    public Differences(String group) {
        this.group = group;
    }

    /** Fails where a value is off by more than {@code tolerance}. */
    public void check(String quantity, double value, double expected, double tolerance) {
        assertThat(value).as("%s: %s", group, quantity).isCloseTo(expected, within(tolerance));
        largest.merge(quantity, Math.abs(value - expected), Math::max);
    }

    /** Prints one line; fails if nothing has been compared. */
    public void report() {
        assertThat(largest).as(group).isNotEmpty();
        StringBuilder line = new StringBuilder(group).append(':');
        largest.forEach((quantity, difference) -> line.append(String.format(" %s %.1e,", quantity, difference)));
        System.out.println(line.substring(0, line.length() - 1));
    }
}
