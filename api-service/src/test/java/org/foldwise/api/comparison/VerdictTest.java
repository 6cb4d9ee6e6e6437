package org.foldwise.api.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static String verdict(double value, double lower, double upper) {
        return Verdict.ofRecipes(
                "a",
                "b",
                "area",
                new Estimate(value, new Interval(lower, upper, 0.95, "correctedStudentOverFolds"), null));
    }

    @Test
    void noVerdictSpeaksForARecipeWithoutItsInterval() {
        assertThat(verdict(0.02, 0.01, 0.03))
                .contains("95 % interval 0.010 to 0.030")
                .endsWith("speak for 'a'.");
        assertThat(verdict(-0.02, -0.03, -0.01)).contains("-0.030 to -0.010").endsWith("speak for 'b'.");
        assertThat(verdict(0.02, -0.01, 0.05))
                .contains("-0.010 to 0.050")
                .contains("do not tell which recipe")
                .contains("do not show that the two are equal");
        assertThat(Verdict.ofRecipes("a", "b", "area", Estimate.of(0.02))).contains("nothing to conclude");
        assertThat(Verdict.ofRecipes("a", "b", "area", Estimate.undefined("fold 1 needs positive and negative cases")))
                .contains("cannot be compared")
                .contains("fold 1");
    }

    private static ClassModelComparison.OfClass compared(String name, double pValue, double adjusted) {
        Estimate none = Estimate.undefined("of exclusive classes images are decided on, not classes one by one");
        return new ClassModelComparison.OfClass(
                name, null, Estimate.of(pValue), Estimate.of(adjusted), null, none, none);
    }

    @Test
    void namesOfManyClassesOnlyThoseWhoseAdjustedPValueIsLow() {
        assertThat(Verdict.ofClasses(
                        "label", List.of(compared("Edema", 0.001, 0.002), compared("Mass", 0.04, 0.08)), 0.95))
                .contains("2 areas of single labels")
                .endsWith("p values are below 0.05 for Edema.");
        assertThat(Verdict.ofClasses("class", List.of(compared("nv", 0.04, 0.2)), 0.95))
                .contains("1 area of single classes")
                .endsWith("no p value is below 0.05.");
    }

    @Test
    void aVerdictOfModelsSaysWhichIsLessWhich() {
        assertThat(Verdict.ofModels(
                        "a",
                        "b",
                        "10 images of 7 patients",
                        "area",
                        new Estimate(-0.02, new Interval(-0.03, -0.01, 0.95, "patientPairedDeLong"), null)))
                .startsWith(
                        "On the same 10 images of 7 patients the area of the first ('a') less that of the second ('b') is -0.020,")
                .endsWith("these patients speak for the second.");
    }
}
