package org.foldwise.learning.json;

import org.foldwise.learning.experiment.WeightSetSpec;

/** What operators say of their weights, as JSON. */
public final class WeightSetSpecJson {
    private WeightSetSpecJson() {}

    /**
     * Reads it.
     *
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static WeightSetSpec read(String text) {
        return SpecReader.read(WeightSetSpec.class, SpecReader.parse(text), "", null);
    }
}
