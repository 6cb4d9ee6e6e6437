package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.SamplingSpec.Balance;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ninety negative and ten positive training images: patient "many" has eight of the ten, two others have one each. */
class SamplerTest {
    private static final int NEGATIVES = 90;
    private static final long SEED = 42;

    private final List<ImageRecord> records = new ArrayList<>();
    private final TreeMap<PatientId, Role> roles = new TreeMap<>();

    SamplerTest() {
        for (int i = 0; i < NEGATIVES; i++) {
            add("well" + i, "w" + i / 3, "healthy", Role.TRAIN);
        }
        for (int i = 0; i < 8; i++) {
            add("sick" + i, "many", "sick", Role.TRAIN);
        }
        add("sick8", "few1", "sick", Role.TRAIN);
        add("sick9", "few2", "sick", Role.TRAIN);
        for (Role role : List.of(Role.VALIDATION, Role.HELD_OUT, Role.TEST)) {
            add("other sick " + role, "sick " + role, "sick", role);
            add("other well " + role, "well " + role, "healthy", role);
        }
    }

    private void add(String name, String patient, String label, Role role) {
        PatientId id = new PatientId(patient);
        records.add(new ImageRecord(name, Digest.of(name), id, label, null, null));
        roles.put(id, role);
    }

    static Stream<SamplingSpec> all() {
        return Stream.of(
                new SamplingSpec.Natural(),
                new SamplingSpec.Weighted(Balance.CLASSES),
                new SamplingSpec.Weighted(Balance.CLASSES_AND_PATIENTS),
                new SamplingSpec.Oversampling(1),
                new SamplingSpec.Oversampling(0.5),
                new SamplingSpec.Undersampling(1),
                new SamplingSpec.Undersampling(0.25),
                new SamplingSpec.BalancedSubset(1, 4));
    }

    private Sampler sampler(SamplingSpec spec, long seed) {
        Cohort cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, records);
        TrainingImages images = new TrainingImages(ExperimentPlan.DEFAULT, cohort, new Fold(0, roles), image -> {
            throw new IllegalStateException("a sampler looks at no pixels");
        });
        return new Sampler(spec, images, seed);
    }

    private List<String> names(SamplingSpec spec, int epoch) {
        return sampler(spec, SEED).draws(epoch).stream().map(ImageRecord::name).toList();
    }

    private static long positives(List<String> names) {
        return names.stream().filter(name -> name.startsWith("sick")).count();
    }

    @ParameterizedTest
    @MethodSource("all")
    void drawsOnlyTrainingImagesAndAsManyAsItSays(SamplingSpec spec) {
        for (int epoch = 0; epoch < 5; epoch++) {
            List<String> names = names(spec, epoch);
            assertThat(names).hasSize(sampler(spec, SEED).size()).noneMatch(name -> name.startsWith("other"));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void dependsOnSeedAndEpochAndNotOnTheOrderOfRows(SamplingSpec spec) {
        List<List<String>> before =
                IntStream.range(0, 4).mapToObj(epoch -> names(spec, epoch)).toList();
        Collections.shuffle(records, new Random(7));
        // backwards as well: what was drawn before does not matter
        for (int epoch = 3; epoch >= 0; epoch--) {
            assertThat(names(spec, epoch)).isEqualTo(before.get(epoch));
        }
        boolean isNatural = spec instanceof SamplingSpec.Natural;
        boolean isFixed = isNatural || spec instanceof SamplingSpec.BalancedSubset;
        assertThat(before.get(0).equals(before.get(1))).isEqualTo(isFixed);
        List<String> otherSeed =
                sampler(spec, SEED + 1).draws(0).stream().map(ImageRecord::name).toList();
        assertThat(before.get(0).equals(otherSeed)).isEqualTo(isNatural);
    }

    @Test
    void weightsMakeClassesAlikeAndPatientsWithinThem() {
        int epochs = 200;
        Map<Balance, Double> shareOfMany = new TreeMap<>();
        for (Balance balance : Balance.values()) {
            List<String> drawn = new ArrayList<>();
            List<String> ofMany = new ArrayList<>();
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (ImageRecord draw :
                        sampler(new SamplingSpec.Weighted(balance), SEED).draws(epoch)) {
                    drawn.add(draw.name());
                    if (draw.patient().value().equals("many")) {
                        ofMany.add(draw.name());
                    }
                }
            }
            // 20000 draws: five standard deviations of a share of one half are 0.018
            assertThat(positives(drawn) / (double) drawn.size()).isBetween(0.482, 0.518);
            shareOfMany.put(balance, ofMany.size() / (double) positives(drawn));
            Collection<Long> perImage = ofMany.stream()
                    .collect(Collectors.groupingBy(name -> name, Collectors.counting()))
                    .values();
            assertThat(perImage).hasSize(8);
            assertThat((double) Collections.max(perImage) / Collections.min(perImage))
                    .isLessThan(1.6);
        }
        assertThat(shareOfMany.get(Balance.CLASSES)).isBetween(0.78, 0.82);
        assertThat(shareOfMany.get(Balance.CLASSES_AND_PATIENTS)).isBetween(1 / 3.0 - 0.025, 1 / 3.0 + 0.025);
    }

    @Test
    void oversamplingAddsOfTheSmallerClassOnly() {
        List<String> half = names(new SamplingSpec.Oversampling(0.5), 0);
        assertThat(positives(half)).isEqualTo(45);
        assertThat(half).hasSize(NEGATIVES + 45);
        assertThat(new HashSet<>(half)).as("every image is there").hasSize(100);
        assertThat(positives(names(new SamplingSpec.Oversampling(1), 0))).isEqualTo(NEGATIVES);
        assertThat(names(new SamplingSpec.Oversampling(0.1), 0))
                .as("there already")
                .hasSize(100);
    }

    @Test
    void undersamplingLeavesOutOfTheLargerClassOnlyAndOthersEachTime() {
        List<String> quarter = names(new SamplingSpec.Undersampling(0.25), 0);
        assertThat(positives(quarter)).isEqualTo(10);
        assertThat(quarter).hasSize(50).doesNotHaveDuplicates();
        assertThat(names(new SamplingSpec.Undersampling(0.1), 0))
                .as("there already")
                .hasSize(100);
        Set<String> seen = new HashSet<>();
        for (int epoch = 0; epoch < 200; epoch++) {
            seen.addAll(names(new SamplingSpec.Undersampling(1), epoch));
        }
        assertThat(seen).as("in the end every image was there").hasSize(100);
    }

    @Test
    void subsetsOfOneEnsembleDoNotOverlapWhereThereAreImagesEnough() {
        Set<String> taken = new HashSet<>();
        for (int member = 0; member < 9; member++) {
            List<String> subset = names(new SamplingSpec.BalancedSubset(member, 9), member);
            assertThat(subset).hasSize(20).doesNotHaveDuplicates();
            assertThat(positives(subset)).isEqualTo(10);
            subset.stream().filter(name -> name.startsWith("well")).forEach(name -> assertThat(taken.add(name))
                    .isTrue());
        }
        assertThat(taken).hasSize(NEGATIVES);
    }

    @Test
    void subsetsOfManyMembersLeaveNoImageOut() {
        for (int members : new int[] {9, 10, 13, 100}) {
            Set<String> taken = new HashSet<>();
            for (int member = 0; member < members; member++) {
                taken.addAll(names(new SamplingSpec.BalancedSubset(member, members), 0));
            }
            assertThat(taken).as("%s members", members).hasSize(100);
        }
    }
}
