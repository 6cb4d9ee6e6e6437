package org.foldwise.learning.neighbourhood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighbourSearchTest {
    private static final int LENGTH = 11;

    /** Vectors by the names of images. */
    private static final class Table implements FeatureVectors {
        private final Map<String, float[]> vectors = new HashMap<>();

        @Override
        public int length() {
            return LENGTH;
        }

        @Override
        public void copyTo(ImageRecord image, float[] target) {
            System.arraycopy(vectors.get(image.name()), 0, target, 0, LENGTH);
        }
    }

    private final Table table = new Table();

    private ImageRecord image(String patient, int number, float... vector) {
        String name = patient + "/" + number + ".png";
        float[] whole = new float[LENGTH];
        System.arraycopy(vector, 0, whole, 0, vector.length);
        table.vectors.put(name, whole);
        return new ImageRecord(name, Digest.of(name), new PatientId(patient), "healthy", null, null);
    }

    private ImageRecord drawn(String patient, int number, SplittableRandom random) {
        float[] vector = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            // as after ReLU: none below 0, many exactly 0
            vector[i] = (float) Math.max(0, random.nextDouble() - 0.3);
        }
        return image(patient, number, vector);
    }

    private List<ImageRecord> patients(String prefix, int count, SplittableRandom random) {
        List<ImageRecord> images = new ArrayList<>();
        for (int patient = 0; patient < count; patient++) {
            int films = 1 + random.nextInt(5);
            for (int film = 0; film < films; film++) {
                images.add(drawn(prefix + patient, film, random));
            }
        }
        return images;
    }

    private NeighbourSearch.Found find(
            int neighbours, List<ImageRecord> cases, List<ImageRecord> training, List<ImageRecord> unseen) {
        return new NeighbourSearch(table, neighbours, 1).find(cases, training, unseen, done -> {});
    }

    /** The cosine distance by its definition, for vectors scaled first: half the squared Euclidean distance. */
    private double distance(ImageRecord one, ImageRecord other) {
        double[] first = unit(one);
        double[] second = unit(other);
        double sum = 0;
        for (int i = 0; i < LENGTH; i++) {
            sum += (first[i] - second[i]) * (first[i] - second[i]);
        }
        return sum / 2;
    }

    private double[] unit(ImageRecord image) {
        float[] vector = table.vectors.get(image.name());
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        double[] unit = new double[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            unit[i] = vector[i] / Math.sqrt(sum);
        }
        return unit;
    }

    /** Of each patient the nearest image, by sorting all pairs. */
    private List<Neighbour> bruteForce(ImageRecord asked, List<ImageRecord> training, int neighbours) {
        Map<PatientId, Neighbour> nearest = new LinkedHashMap<>();
        training.stream()
                .filter(image -> !image.patient().equals(asked.patient()))
                .map(image -> new Neighbour(image, distance(asked, image)))
                .sorted(Comparator.comparingDouble(Neighbour::distance))
                .forEach(neighbour -> nearest.putIfAbsent(neighbour.image().patient(), neighbour));
        return nearest.values().stream().limit(neighbours).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void findsWhatSortingAllPairsFindsAndNeverTheSamePatient(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ImageRecord> training = patients("t", 40, random);
        List<ImageRecord> unseen = patients("v", 12, random);
        // cases of training patients as well: their own images must not be found
        List<ImageRecord> cases = new ArrayList<>(patients("c", 10, random));
        cases.addAll(training.subList(0, 10));

        NeighbourSearch.Found found = find(5, cases, training, unseen);

        for (int i = 0; i < cases.size(); i++) {
            CaseNeighbours of = found.cases().get(i);
            List<Neighbour> expected = bruteForce(cases.get(i), training, 5);
            assertThat(of.image()).isEqualTo(cases.get(i));
            assertThat(of.nearest())
                    .extracting(Neighbour::image)
                    .containsExactlyElementsOf(
                            expected.stream().map(Neighbour::image).toList());
            for (int rank = 0; rank < 5; rank++) {
                assertThat(of.nearest().get(rank).distance())
                        .isCloseTo(expected.get(rank).distance(), within(1e-12));
            }
            assertThat(of.nearest())
                    .extracting(neighbour -> neighbour.image().patient())
                    .doesNotHaveDuplicates()
                    .doesNotContain(of.image().patient());
        }
    }

    @Test
    void putsAPlantedCopyInAnotherContrastFirst() {
        SplittableRandom random = new SplittableRandom(7);
        List<ImageRecord> training = patients("t", 30, random);
        List<ImageRecord> cases = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            float[] brighter = table.vectors.get(training.get(7 * i).name()).clone();
            for (int k = 0; k < LENGTH; k++) {
                brighter[k] *= 3;
            }
            brighter[i] += 0.01f;
            cases.add(image("c" + i, 0, brighter));
        }

        NeighbourSearch.Found found = find(3, cases, training, List.of());

        for (int i = 0; i < 5; i++) {
            Neighbour first = found.cases().get(i).nearest().get(0);
            assertThat(first.image()).isEqualTo(training.get(7 * i));
            assertThat(first.distance()).isLessThan(1e-4);
            assertThat(found.cases().get(i).nearest().get(1).distance()).isGreaterThan(1e-3);
        }
    }

    @Test
    void tellsHowFarNeighboursUsuallyAre() {
        // directions in a plane, by their angles in degrees; the distance of two is 1 - cos of the difference
        List<ImageRecord> training = List.of(at("a", 0), at("b", 10), at("c", 30), at("d", 60));
        List<ImageRecord> unseen = List.of(at("e", 65), at("f", 80));

        NeighbourSearch.Found found = find(2, List.of(at("g", 85), at("h", 61), at("f", 75)), training, unseen);

        assertThat(found.training().patients()).isEqualTo(4);
        // to the nearest other: 10, 10, 20 and 30 degrees
        assertThat(found.training().median()).isCloseTo((versine(10) + versine(20)) / 2, within(1e-6));
        assertThat(found.training().percentile95())
                .isCloseTo(versine(20) + 0.85 * (versine(30) - versine(20)), within(1e-6));
        assertThat(found.unseen().median()).isCloseTo((versine(5) + versine(20)) / 2, within(1e-6));
        CaseNeighbours far = found.cases().get(0);
        assertThat(far.nearestDistance()).isCloseTo(versine(25), within(1e-6));
        assertThat(far.fartherThanTraining()).isEqualTo(0.75);
        assertThat(far.fartherThanUnseen()).isEqualTo(1);
        CaseNeighbours near = found.cases().get(1);
        assertThat(near.fartherThanTraining()).isZero();
        assertThat(near.fartherThanUnseen()).isZero();
        assertThat(found.cases().get(2).fartherThanUnseen())
                .as("the patient's own distance does not count")
                .isEqualTo(1);
    }

    private ImageRecord at(String patient, double degrees) {
        double angle = Math.toRadians(degrees);
        return image(patient, (int) degrees, (float) Math.cos(angle), (float) Math.sin(angle));
    }

    private static double versine(double degrees) {
        return 1 - Math.cos(Math.toRadians(degrees));
    }

    @Test
    void drawsOneImageOfEachOfAtMostSoManyPatients() {
        SplittableRandom random = new SplittableRandom(3);
        List<ImageRecord> training = patients("t", NeighbourSearch.MOST_TYPICAL_PATIENTS + 20, random);
        List<ImageRecord> cases = patients("c", 1, random).subList(0, 1);
        AtomicInteger compared = new AtomicInteger();

        NeighbourSearch.Found found = new NeighbourSearch(table, 1, 1).find(cases, training, List.of(), compared::set);

        assertThat(found.training().patients()).isEqualTo(NeighbourSearch.MOST_TYPICAL_PATIENTS);
        assertThat(found.unseen()).isNull();
        assertThat(found.cases().get(0).fartherThanUnseen()).isNull();
        assertThat(compared).hasValue(training.size());
        assertThat(find(1, cases, training, List.of())).isEqualTo(found);
        List<ImageRecord> backwards = new ArrayList<>(training);
        java.util.Collections.reverse(backwards);
        assertThat(find(1, cases, backwards, List.of()))
                .as("whatever the order")
                .isEqualTo(found);
    }

    @Test
    void ordersTheEquallyNearByTheirNames() {
        ImageRecord asked = image("c", 0, 1, 1);
        List<ImageRecord> training =
                List.of(image("z", 0, 2, 2), image("b", 1, 4, 4), image("b", 0, 8, 8), image("y", 0));

        CaseNeighbours found =
                find(5, List.of(asked), training, List.of()).cases().get(0);

        assertThat(found.nearest())
                .extracting(neighbour -> neighbour.image().name())
                .containsExactly("b/0.png", "z/0.png", "y/0.png");
        assertThat(found.nearest().get(2).distance())
                .as("a vector of zeros has no direction")
                .isEqualTo(1);
    }

    @Test
    void countsEachNetworkAlikeInAMeanOfSeveral() {
        ImageRecord one = image("a", 0, 3, 4);
        ImageRecord other = image("b", 0, 4, 3);
        FeatureVectors loud = new FeatureVectors() {
            @Override
            public int length() {
                return 2;
            }

            @Override
            public void copyTo(ImageRecord image, float[] target) {
                target[0] = image.equals(one) ? 1000 : 0;
                target[1] = image.equals(one) ? 0 : 1000;
            }
        };
        FeatureVectors both = FeatureVectors.together(List.of(table, loud));

        double distance = new NeighbourSearch(both, 1, 1)
                .find(List.of(one), List.of(other), List.of(), done -> {})
                .cases()
                .get(0)
                .nearestDistance();

        // cosines of 24/25 and of 0
        assertThat(both.length()).isEqualTo(LENGTH + 2);
        assertThat(distance).isCloseTo(1 - 0.96 / 2, within(1e-7));
        assertThat(FeatureVectors.together(List.of(table))).isSameAs(table);
    }

    @Test
    void refusesWhatHasNoAnswer() {
        ImageRecord own = image("a", 0, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> find(1, List.of(image("a", 1, 1)), List.of(own), List.of()))
                .withMessageContaining("no training patient but the case's own");
        assertThatIllegalArgumentException().isThrownBy(() -> new NeighbourSearch(table, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> FeatureVectors.together(List.of()));
        assertThat(find(1, List.of(), List.of(own), List.of()).training())
                .as("a single patient has no other")
                .isNull();
    }
}
