package org.foldwise.learning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.search.Dimension.Scale;
import org.junit.jupiter.api.Test;

class CandidateDrawTest {
    private static final Dimension RATE = new Dimension.Range("/optimizer/learningRate", 1e-4, 1e-1, Scale.LOGARITHMIC);
    private static final Dimension DROPOUT = new Dimension.Range("/head/dropout", 0, 0.5, Scale.LINEAR);
    private static final Dimension BATCH = new Dimension.WholeRange("/batchSize", 8, 32, Scale.LINEAR);
    private static final Dimension BACKBONE =
            new Dimension.Values("/backbone", List.of("\"resnet18\"", "\"mobilenetV2\"", "\"densenet121\""));

    @Test
    void aGridIsEveryCombinationTheLastFieldFastest() {
        SearchSpec grid = new SearchSpec.Grid(
                List.of(
                        new Dimension.Values("/head/dropout", List.of("0.1", "0.3")),
                        new Dimension.Values("/batchSize", List.of("8", "16", "32"))),
                InnerSpec.DEFAULT,
                1);

        assertThat(CandidateDraw.of(grid).stream()
                        .map(settings ->
                                settings.get(0).value() + " " + settings.get(1).value()))
                .containsExactly("0.1 8", "0.1 16", "0.1 32", "0.3 8", "0.3 16", "0.3 32");
        assertThat(grid.candidates()).isEqualTo(6);
    }

    /** Computed apart from this program, in Python: SplitMix64 seeded by the first 8 bytes of a SHA-256. */
    @Test
    void drawsWhatAnotherProgramDraws() {
        assertThat(values(random(7, 4, RATE, DROPOUT, BATCH, BACKBONE)))
                .containsExactly(
                        List.of("0.0001252", "0.1438", "9", "\"resnet18\""),
                        List.of("0.0003262", "0.3453", "32", "\"densenet121\""),
                        List.of("0.08286", "0.3937", "16", "\"mobilenetV2\""),
                        List.of("0.0652", "0.2746", "30", "\"mobilenetV2\""));
    }

    @Test
    void theFirstCandidatesOfALongerSearchAreThoseOfAShorterOne() {
        List<List<Setting>> longer = CandidateDraw.of(random(3, 200, RATE, BATCH));

        assertThat(CandidateDraw.of(random(3, 20, RATE, BATCH))).isEqualTo(longer.subList(0, 20));
        assertThat(CandidateDraw.of(new SearchSpec.Halving(List.of(RATE, BATCH), 20, 3, 1, InnerSpec.DEFAULT, 3)))
                .isEqualTo(longer.subList(0, 20));
        assertThat(CandidateDraw.of(random(4, 200, RATE, BATCH))).isNotEqualTo(longer);
    }

    @Test
    void theOrderOfFieldsChangesNothingAboutTheirValues() {
        List<List<String>> one = values(random(5, 30, RATE, DROPOUT));
        List<List<String>> other = values(random(5, 30, DROPOUT, RATE));

        assertThat(other)
                .isEqualTo(one.stream()
                        .map(pair -> List.of(pair.get(1), pair.get(0)))
                        .toList());
    }

    @Test
    void staysWithinTheRangesAndSpreadsByTheirScale() {
        Dimension wholeLogarithmic = new Dimension.WholeRange("/head/hidden", 16, 1024, Scale.LOGARITHMIC);
        List<List<String>> drawn = values(random(11, 300, RATE, DROPOUT, BATCH, wholeLogarithmic));

        assertThat(drawn).allSatisfy(values -> {
            assertThat(Double.parseDouble(values.get(0))).isBetween(1e-4, 1e-1);
            assertThat(Double.parseDouble(values.get(1))).isBetween(0.0, 0.5);
            assertThat(Integer.parseInt(values.get(2))).isBetween(8, 32);
            assertThat(Integer.parseInt(values.get(3))).isBetween(16, 1024);
            assertThat(values.get(0).replaceAll("^0\\.0*", "")).hasSizeBetween(1, 4);
        });
        // three standard deviations of a share of 300 are 0.087
        assertThat(share(drawn, 0, Math.sqrt(1e-4 * 1e-1))).isCloseTo(0.5, within(0.09));
        assertThat(share(drawn, 1, 0.25)).isCloseTo(0.5, within(0.09));
        assertThat(share(drawn, 3, 128)).isCloseTo(0.5, within(0.09));
        assertThat(drawn.stream().map(values -> values.get(2)).distinct()).hasSize(25);
    }

    private static double share(List<List<String>> drawn, int field, double below) {
        return drawn.stream()
                        .filter(values -> Double.parseDouble(values.get(field)) < below)
                        .count()
                / (double) drawn.size();
    }

    @Test
    void drawsNoCandidateTwiceAndAWholeSpaceIfAsked() {
        Dimension few = new Dimension.WholeRange("/batchSize", 8, 10, Scale.LINEAR);
        List<List<Setting>> all = CandidateDraw.of(random(1, 9, few, BACKBONE));

        assertThat(new HashSet<>(all)).hasSize(9);
        assertThatThrownBy(() -> random(1, 10, few, BACKBONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("count must be at most 9");
    }

    @Test
    void refusesARangeThatHasFewerNumbersOfFourDigitsThanCandidates() {
        Dimension narrow = new Dimension.Range("/head/dropout", 0.1, 0.1002, Scale.LINEAR);

        assertThatThrownBy(() -> CandidateDraw.of(random(1, 20, narrow)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("count must be at most ");
    }

    @Test
    void countsAGridBeyondAllNumbersAndRefusesToMakeIt() {
        List<String> hundred =
                IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        List<Dimension> twelve = IntStream.range(0, 12)
                .<Dimension>mapToObj(i -> new Dimension.Values("/field" + i, hundred))
                .toList();
        SearchSpec vast = new SearchSpec.Grid(twelve, InnerSpec.DEFAULT, 1);

        assertThat(vast.candidates()).isEqualTo(Long.MAX_VALUE);
        assertThat(new SearchBudget(5, 3, vast.candidates()).runs()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> CandidateDraw.of(vast)).hasMessageStartingWith("space must have at most 300");
        assertThatThrownBy(() -> new SearchSpec.Grid(List.of(RATE), InnerSpec.DEFAULT, 1))
                .hasMessage("space must list values in a grid, '/optimizer/learningRate' has a range");
    }

    private static SearchSpec random(long seed, int count, Dimension... space) {
        return new SearchSpec.Random(List.of(space), count, InnerSpec.DEFAULT, seed);
    }

    private static List<List<String>> values(SearchSpec spec) {
        return CandidateDraw.of(spec).stream()
                .map(settings -> settings.stream().map(Setting::value).toList())
                .toList();
    }
}
