package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of few patients every division is tried: a split by day or by site is made wherever there is one, and what is told feasible is. */
class FeasibleSidesTest {
    private static final int COHORTS = 150;
    private static final LocalDate FIRST = LocalDate.of(2024, 2, 27);
    private static final Pattern DAYS = Pattern.compile("feasible are (\\d+) days from (\\S+) to ([^|]+)");
    private static final Pattern DAY = Pattern.compile("feasible is (\\S+) alone|from (\\S+), which comes closest");
    private static final Pattern SITES = Pattern.compile("named as test are (.*?), each alone");

    /** Patients with one to three images, within a week at three sites, none of two patients alike. */
    private static final class Few {
        private final Cohort cohort;
        private final int labels;
        /** By patient the labels that any image shows, by bit. */
        private final int[] shown;
        /** Those that any image does not show. */
        private final int[] lacking;

        private final LocalDate[] days;
        private final String[] sites;

        private Few(Cohort cohort, int labels, int[] shown, int[] lacking, LocalDate[] days, String[] sites) {
            this.cohort = cohort;
            this.labels = labels;
            this.shown = shown;
            this.lacking = lacking;
            this.days = days;
            this.sites = sites;
        }

        static Few of(Task task, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            int labels = task == Task.BINARY ? 2 : task == Task.MULTICLASS ? 3 : 2 + random.nextInt(2);
            int patients = 4 + random.nextInt(task == Task.MULTICLASS ? 8 : 6);
            double[] rates = random.doubles(labels)
                    .map(rate -> rate < 0.3 ? 0.05 : rate > 0.7 ? 0.9 : rate)
                    .toArray();
            int[] shown = new int[patients];
            int[] lacking = new int[patients];
            LocalDate[] days = new LocalDate[patients];
            String[] sites = new String[patients];
            List<ImageRecord> images = new ArrayList<>();
            for (int p = 0; p < patients; p++) {
                days[p] = FIRST.plusDays(random.nextInt(7));
                sites[p] = "s" + random.nextInt(3);
                for (int i = random.nextInt(3); i >= 0; i--) {
                    int image = 0;
                    for (int label = 0; label < labels; label++) {
                        boolean has = p == label || random.nextDouble() < rates[label];
                        image |= has && !task.isExclusive() ? 1 << label : 0;
                    }
                    if (task.isExclusive()) {
                        image = 1 << (i > 0 ? random.nextInt(labels) : p % labels);
                    }
                    shown[p] |= image;
                    lacking[p] |= ~image & ((1 << labels) - 1);
                    int shownByImage = image;
                    images.add(new ImageRecord(
                            p + "/" + i,
                            Digest.of(p + "/" + i),
                            new PatientId("p" + p),
                            IntStream.range(0, labels)
                                    .filter(label -> (shownByImage >> label & 1) == 1)
                                    .mapToObj(label -> "c" + label)
                                    .toList(),
                            days[p],
                            sites[p]));
                }
            }
            return new Few(
                    new Cohort(
                            task,
                            IntStream.range(0, labels)
                                    .mapToObj(label -> "c" + label)
                                    .toList(),
                            task == Task.MULTICLASS ? PatientLabelRule.MAJORITY : PatientLabelRule.ANY_POSITIVE,
                            images),
                    labels,
                    shown,
                    lacking,
                    days,
                    sites);
        }

        /** Whether any division of those who are not tested is one that may be made. */
        boolean isFeasible(int tested) {
            int all = (1 << shown.length) - 1;
            int needed = IntStream.range(0, labels)
                    .filter(label ->
                            cohort.task().isExclusive() || (with(label, all) >= 3 && with(label, all & ~tested) >= 2))
                    .map(label -> 1 << label)
                    .sum();
            boolean isTestWhole = !cohort.task().isExclusive() || union(shown, tested) == (1 << labels) - 1;
            int judged = union(shown, tested) & union(lacking, tested);
            return tested != 0
                    && isTestWhole
                    && IntStream.range(0, all + 1)
                            .filter(train -> (train & tested) == 0)
                            .anyMatch(train -> isDivided(train, all & ~tested & ~train, needed, judged));
        }

        private boolean isDivided(int train, int validation, int needed, int judged) {
            int common = judged
                    & union(shown, train)
                    & union(lacking, train)
                    & union(shown, validation)
                    & union(lacking, validation);
            return train != 0
                    && validation != 0
                    && (union(shown, train) & union(shown, validation) & needed) == needed
                    && (cohort.task().isExclusive() || common != 0);
        }

        private int with(int label, int patients) {
            return (int) IntStream.range(0, shown.length)
                    .filter(p -> (patients >> p & 1) == 1 && (shown[p] >> label & 1) == 1)
                    .count();
        }

        private static int union(int[] of, int patients) {
            return IntStream.range(0, of.length)
                    .filter(p -> (patients >> p & 1) == 1)
                    .map(p -> of[p])
                    .reduce(0, (one, other) -> one | other);
        }
    }

    /** Why it is refused; nothing where it is not. */
    private static @Nullable String refusal(Few few, SplitSpec spec) {
        try {
            PatientSplitter.split(few.cohort, spec, 1);
            return null;
        } catch (InfeasibleSplitException e) {
            return String.join("|", e.reasons());
        }
    }

    private static SplitSpec from(LocalDate day) {
        return new SplitSpec.Temporal(null, day, 0.2, SplitSpec.Straddling.DROPPED);
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void everyDayThatCanBeDividedIsTakenAndTold(Task task) {
        int feasible = 0;
        for (long seed = 0; seed < COHORTS; seed++) {
            Few few = Few.of(task, seed);
            List<LocalDate> taken = new ArrayList<>();
            SortedMap<LocalDate, String> refused = new TreeMap<>();
            for (int i = 0; i < 8; i++) {
                LocalDate day = FIRST.plusDays(i);
                int tested = IntStream.range(0, few.days.length)
                        .filter(p -> !few.days[p].isBefore(day))
                        .map(p -> 1 << p)
                        .sum();
                String refusal = refusal(few, from(day));
                assertThat(refusal == null)
                        .as("%s, cohort %d from %s: %s", task, seed, day, refusal)
                        .isEqualTo(few.isFeasible(tested));
                if (refusal == null) {
                    taken.add(day);
                } else {
                    refused.put(day, refusal);
                }
            }
            String byShare = refusal(few, new SplitSpec.Temporal(0.3, null, 0.2, SplitSpec.Straddling.DROPPED));
            if (byShare != null) {
                refused.put(LocalDate.MAX, byShare);
            }
            refused.forEach((day, refusal) -> assertThat(told(refusal))
                    .as("%s", refusal)
                    .isEqualTo(taken.isEmpty() ? List.of() : List.of(taken.get(0), taken.get(taken.size() - 1))));
            feasible += taken.isEmpty() ? 0 : 1;
        }
        assertThat(feasible).isGreaterThan(COHORTS / 15);
    }

    /** The first and the last of the days that a refusal tells; that it says whence the test is closest as well must be one of them. */
    private static List<LocalDate> told(String refusal) {
        Matcher several = DAYS.matcher(refusal);
        if (several.find()) {
            return List.of(LocalDate.parse(several.group(2)), LocalDate.parse(several.group(3)));
        }
        Matcher one = DAY.matcher(refusal.replaceAll("from \\S+, which comes closest", ""));
        if (one.find()) {
            return List.of(LocalDate.parse(one.group(1)), LocalDate.parse(one.group(1)));
        }
        assertThat(refusal).containsPattern("no day (is feasible|leaves patients)");
        return List.of();
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void everySiteThatCanBeDividedIsTakenAndTold(Task task) {
        int feasible = 0;
        for (long seed = 0; seed < COHORTS; seed++) {
            Few few = Few.of(task, seed);
            SortedSet<String> taken = new TreeSet<>();
            List<String> refusals = new ArrayList<>();
            for (String site : new TreeSet<>(List.of(few.sites))) {
                int tested = IntStream.range(0, few.sites.length)
                        .filter(p -> few.sites[p].equals(site))
                        .map(p -> 1 << p)
                        .sum();
                String refusal = refusal(few, new SplitSpec.Site(List.of(site), 0.2));
                assertThat(refusal == null)
                        .as("%s, cohort %d, %s: %s", task, seed, site, refusal)
                        .isEqualTo(few.isFeasible(tested));
                if (refusal == null) {
                    taken.add(site);
                } else {
                    refusals.add(refusal);
                }
            }
            for (String refusal : refusals) {
                Matcher told = SITES.matcher(refusal);
                assertThat(told.find() ? told.group(1) : "")
                        .as("%s", refusal)
                        .isEqualTo(taken.isEmpty() ? "" : "'" + String.join("', '", taken) + "'");
            }
            feasible += taken.isEmpty() ? 0 : 1;
        }
        assertThat(feasible).isGreaterThan(COHORTS / 15);
    }
}
