package org.foldwise.learning.split;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What holds for a split of every kind.
 *
 * @param keepTogether what is never divided; always {@link Bond#PATIENT} and {@link Bond#DUPLICATES}, in the order of the constants
 * @param stratifyBy what every part has in equal shares; always {@link Stratum#LABEL}, in the order of the constants
 */
public record SplitRules(List<Bond> keepTogether, List<Stratum> stratifyBy) {
    /** What holds where nothing else is said. */
    public static final SplitRules DEFAULT =
            new SplitRules(List.of(Bond.PATIENT, Bond.DUPLICATES), List.of(Stratum.LABEL));

    public SplitRules {
        if (!keepTogether.containsAll(List.of(Bond.PATIENT, Bond.DUPLICATES))) {
            throw new IllegalArgumentException(
                    "keepTogether must hold patient and duplicates: a split that divides them leaks, was "
                            + named(keepTogether));
        }
        if (!stratifyBy.contains(Stratum.LABEL)) {
            throw new IllegalArgumentException(
                    "stratifyBy must hold label: every role needs images of every class, was " + named(stratifyBy));
        }
        if (keepTogether.contains(Bond.SITE) && stratifyBy.contains(Stratum.SITE)) {
            throw new IllegalArgumentException(
                    "stratifyBy must not hold site where keepTogether does: a site cannot be in one role and in all");
        }
        keepTogether = Stream.of(Bond.values()).filter(keepTogether::contains).toList();
        stratifyBy = Stream.of(Stratum.values()).filter(stratifyBy::contains).toList();
    }

    /** As requests and answers spell them. */
    private static List<String> named(List<? extends Enum<?>> constants) {
        return constants.stream()
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether that is never divided. */
    public boolean keeps(Bond bond) {
        return keepTogether.contains(bond);
    }

    /** Whether every part has that in equal shares. */
    public boolean stratifies(Stratum stratum) {
        return stratifyBy.contains(stratum);
    }
}
