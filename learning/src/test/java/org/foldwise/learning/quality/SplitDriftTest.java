package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.quality.SplitDrift.Difference;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Roles that differ by more than chance are told, by what they differ; roles that were drawn are not. */
class SplitDriftTest {
    private static final int PATIENTS = 150;

    /** Patients one after the other through four years, at two sites, with measures of their own and of each image. */
    private static final class Films {
        private final List<ImageRecord> images = new ArrayList<>();
        private final Map<String, KeptMeasures> measures = new HashMap<>();
        private final SortedMap<String, List<String>> makers = new TreeMap<>();

        Films(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int patient = 0; patient < PATIENTS; patient++) {
                String id = "p%03d".formatted(patient);
                double dose = random.nextDouble();
                long look = random.nextLong();
                String site = random.nextInt(2) == 0 ? "North" : "South";
                String maker = random.nextInt(3) == 0 ? "Acme" : "Bolt";
                int films = 1 + random.nextInt(3);
                for (int film = 0; film < films; film++) {
                    String name = id + "_" + film;
                    images.add(new ImageRecord(
                            name,
                            Digest.of(seed + name),
                            new PatientId(id),
                            patient % 3 == 0 ? "ill" : "well",
                            LocalDate.of(2020, 1, 1).plusDays(10L * patient),
                            site));
                    makers.put(name, List.of(maker));
                    measures.put(name, kept(120 + 40 * dose + random.nextDouble(), look ^ 1L << random.nextInt(63), 0));
                }
            }
        }

        static KeptMeasures kept(double mean, long hash, double border) {
            return kept(mean, hash, border, 200);
        }

        static KeptMeasures kept(double mean, long hash, double border, int width) {
            return new KeptMeasures("image/png 8 1", width, 160, 20_000, mean, 40, 7, 300, 0, 0, border, hash);
        }

        Cohort cohort() {
            return new Cohort(Task.BINARY, List.of("well", "ill"), PatientLabelRule.ANY_POSITIVE, images);
        }

        SplitDrift drift(Split split) {
            return SplitDrift.of(split, cohort(), measures, new ImageAttributes(List.of("manufacturer"), makers));
        }
    }

    private static int number(ImageRecord image) {
        return Integer.parseInt(image.patient().value().substring(1));
    }

    /** The nominal rate is at most 0.05; more than 5 of 30 have a probability of 0.003 at that rate. */
    @Test
    void rolesThatWereDrawnSeldomDiffer(TestReporter reporter) {
        long alarms = IntStream.range(0, 30)
                .filter(seed -> {
                    Films films = new Films(seed);
                    Split split = PatientSplitter.split(films.cohort(), new SplitSpec.Holdout(0.6, 0.2, 0.2), seed);
                    SplitDrift drift = films.drift(split);
                    assertThat(drift.questions()).isGreaterThanOrEqualTo(8);
                    return !drift.differences().isEmpty();
                })
                .count();
        reporter.publishEntry("splits of 30 with a difference", String.valueOf(alarms));
        assertThat(alarms).isLessThanOrEqualTo(5);
    }

    @Test
    void tellsByWhatGivenRolesDiffer() {
        Films films = new Films(1);
        List<RoleAssignment> rows = new ArrayList<>();
        for (int patient = 0; patient < PATIENTS; patient++) {
            Role role = patient < 90 ? Role.TRAIN : patient < 120 ? Role.VALIDATION : Role.TEST;
            rows.add(new RoleAssignment(-1, new PatientId("p%03d".formatted(patient)), role));
        }
        // one patient in ten of the test was taken with the other device
        films.images.stream()
                .filter(image -> number(image) >= 120)
                .forEach(image -> films.makers.put(image.name(), List.of(number(image) % 10 == 0 ? "Bolt" : "Clay")));
        films.images.stream()
                .filter(image -> number(image) >= 90 && number(image) < 120)
                .forEach(image -> films.measures.put(
                        image.name(),
                        Films.kept(140, films.measures.get(image.name()).pictureHash(), 0.05)));
        Split split = GivenSplit.of(rows, films.cohort(), SplitRules.DEFAULT, PatientTies.NONE);

        SplitDrift drift = films.drift(split);

        Difference maker = drift.of(Role.TEST).stream()
                .filter(one -> one.knowledge().equals("manufacturer"))
                .findFirst()
                .orElseThrow();
        assertThat(maker.isOutside()).isTrue();
        // 90 % of the positives are the only ones of a device: their area is 1, that of the others about 1/2
        assertThat(maker.probe().auc()).isBetween(0.9, 1.0);
        assertThat(drift.of(Role.VALIDATION))
                .extracting(Difference::knowledge)
                .contains("border", "date")
                .doesNotContain("manufacturer", "site");
        assertThat(drift.of(Role.HELD_OUT)).isEmpty();
    }

    /** Neither more nor less: the codes of devices, a size and a day between those of the others. */
    @Test
    void tellsRolesThatDifferByNeitherMoreNorLess() {
        Films films = new Films(1);
        List<RoleAssignment> rows = new ArrayList<>();
        for (int patient = 0; patient < PATIENTS; patient++) {
            Role role = patient >= 60 && patient < 90 ? Role.TEST : patient % 4 == 0 ? Role.VALIDATION : Role.TRAIN;
            rows.add(new RoleAssignment(-1, new PatientId("p%03d".formatted(patient)), role));
        }
        for (ImageRecord image : films.images) {
            int number = number(image);
            boolean tested = number >= 60 && number < 90;
            films.makers.put(image.name(), List.of(String.valueOf(101 + 2 * (number % 8) + (tested ? 1 : 0))));
            films.measures.put(
                    image.name(),
                    Films.kept(
                            140,
                            films.measures.get(image.name()).pictureHash(),
                            0,
                            tested ? 200 : 150 + number % 2 * 90));
        }
        Split split = GivenSplit.of(rows, films.cohort(), SplitRules.DEFAULT, PatientTies.NONE);

        List<Difference> differences = films.drift(split).of(Role.TEST);

        assertThat(differences).extracting(Difference::knowledge).contains("manufacturer", "size", "date");
        assertThat(differences)
                .filteredOn(one -> List.of("manufacturer", "size", "date").contains(one.knowledge()))
                .allSatisfy(one -> assertThat(one.probe().auc()).isGreaterThan(0.9));
    }

    @Test
    void doesNotAskForWhatTheSplitWasCutBy() {
        Films films = new Films(2);
        Split byDay = PatientSplitter.split(
                films.cohort(), new SplitSpec.Temporal(0.3, null, 0.2, SplitSpec.Straddling.DROPPED), 1);
        films.images.stream()
                .filter(image -> number(image) > 95)
                .forEach(image -> films.makers.put(image.name(), List.of("Clay")));
        assertThat(films.drift(byDay).of(Role.TEST))
                .extracting(Difference::knowledge)
                .contains("manufacturer")
                .doesNotContain("date");

        Split bySite = PatientSplitter.split(films.cohort(), new SplitSpec.Site(List.of(), 0.2), 1);
        films.images.stream()
                .filter(image -> "North".equals(image.site()))
                .forEach(image -> films.measures.put(
                        image.name(),
                        Films.kept(200, films.measures.get(image.name()).pictureHash(), 0)));
        List<Difference> heldOut = films.drift(bySite).of(Role.HELD_OUT);
        assertThat(heldOut)
                .extracting(Difference::knowledge)
                .contains("intensity")
                .doesNotContain("site");
        assertThat(heldOut).extracting(Difference::fold).contains(0, 1);
        assertThat(heldOut)
                .filteredOn(one -> one.knowledge().equals("intensity"))
                .allSatisfy(one -> {
                    assertThat(one.isOutside()).isFalse();
                    assertThat(one.probe().auc()).isGreaterThan(0.95);
                });
    }

    @Test
    void looksAtAttributesAloneWhereAnImageWasNotMeasured() {
        Films films = new Films(3);
        Split split = PatientSplitter.split(films.cohort(), new SplitSpec.Holdout(0.6, 0.2, 0.2), 1);
        films.images.forEach(image -> films.measures.remove(image.name()));
        // site, date and manufacturer, of two roles
        assertThat(films.drift(split).questions()).isEqualTo(6);
    }
}
