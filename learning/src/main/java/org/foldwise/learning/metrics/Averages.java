package org.foldwise.learning.metrics;

import java.util.List;

/**
 * One figure of several classes, labels or images, and its averages. Where scikit-learn puts 0 for an undefined figure and warns,
 * an average here is undefined and names the first that is; {@link #overDefined()} leaves them out, and {@link #withUndefinedAs}
 * puts a number in their place, as scikit-learn's {@code zero_division} does.
 *
 * @param each the figure of each, in order
 * @param supports how many cases each has; as many
 */
public record Averages(List<Estimate> each, List<Long> supports) {
    public Averages {
        each = List.copyOf(each);
        supports = List.copyOf(supports);
        if (each.isEmpty() || each.size() != supports.size()) {
            throw new IllegalArgumentException(
                    "averages need figures and as many supports, had " + each.size() + " and " + supports.size());
        }
        supports.forEach(support -> {
            if (support < 0) {
                throw new IllegalArgumentException("a support must be 0 or more, was " + support);
            }
        });
    }

    /** The figures with equal weights: the mean; undefined where one of them is. */
    public Estimate macro() {
        double sum = 0;
        for (int i = 0; i < each.size(); i++) {
            Double value = each.get(i).value();
            if (value == null) {
                return undefined(i);
            }
            sum += value;
        }
        return Estimate.of(sum / each.size());
    }

    /**
     * The mean weighted by support. What has no cases has no weight, whether its figure is defined or not (scikit-learn refuses
     * such areas under the curve); undefined where a figure with cases is, or where there are no cases at all.
     */
    public Estimate weighted() {
        double sum = 0;
        double cases = 0;
        for (int i = 0; i < each.size(); i++) {
            long support = supports.get(i);
            Double value = each.get(i).value();
            if (support > 0 && value == null) {
                return undefined(i);
            }
            if (value != null) {
                sum += support * value;
                cases += support;
            }
        }
        return cases == 0 ? Estimate.undefined("there are no cases") : Estimate.of(sum / cases);
    }

    /** The mean of those that are defined; undefined where none is. To be told together with {@link #defined()}. */
    public Estimate overDefined() {
        double sum = 0;
        for (Estimate one : each) {
            sum += one.valueOr(0);
        }
        return defined() == 0
                ? Estimate.undefined("none of the " + each.size() + " figures is defined")
                : Estimate.of(sum / defined());
    }

    /** How many are defined. */
    public int defined() {
        return (int) each.stream().filter(Estimate::hasValue).count();
    }

    /** The same with a number for whatever is undefined. */
    public Averages withUndefinedAs(double value) {
        return new Averages(
                each.stream().map(one -> Estimate.of(one.valueOr(value))).toList(), supports);
    }

    private Estimate undefined(int index) {
        return Estimate.undefined("number " + index + ": " + each.get(index).undefinedBecause());
    }
}
