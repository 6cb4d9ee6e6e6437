package org.foldwise.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.validation.Validation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    private final RecordReader reader =
            new RecordReader(Validation.buildDefaultValidatorFactory().getValidator());

    enum Colour {
        DARK_RED,
        BLUE
    }

    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record RoundedBox(int width, @Nullable Integer height) implements Shape {}
    }

    record Range(double lower, double upper) {
        Range {
            if (lower > upper) {
                throw new IllegalArgumentException("lower must not be above upper");
            }
        }
    }

    record Order(
            @Size(min = 1, max = 5) String name,
            @Min(1) @Max(10) int count,
            @Nullable UUID customer,
            @Nullable Colour colour,
            @Nullable List<Shape> shapes,
            @Nullable Range range,
            @Nullable Boolean urgent,
            @Nullable Long seed) {}

    private Order read(String json) {
        return reader.read(json.getBytes(StandardCharsets.UTF_8), Order.class);
    }

    private RefusedException refusal(String json) {
        return catchThrowableOfType(RefusedException.class, () -> read(json));
    }

    @Test
    void readsEveryKindOfComponent() {
        Order order = read(
                """
                {"name": "a", "count": 3, "customer": "01912d68-783e-7a51-8f2b-6a1d6f1f5a10", "colour": "darkRed",
                 "shapes": [{"kind": "circle", "radius": 1}, {"radius": 2.5, "kind": "circle"}, {"kind": "roundedBox", "width": 2}],
                 "range": {"lower": -1, "upper": 1e2}, "urgent": true, "seed": 9223372036854775807}
                """);

        assertThat(order)
                .isEqualTo(new Order(
                        "a",
                        3,
                        UUID.fromString("01912d68-783e-7a51-8f2b-6a1d6f1f5a10"),
                        Colour.DARK_RED,
                        List.of(new Shape.Circle(1), new Shape.Circle(2.5), new Shape.RoundedBox(2, null)),
                        new Range(-1, 100),
                        true,
                        Long.MAX_VALUE));
    }

    @Test
    void leavesOptionalComponentsOut() {
        assertThat(read("{\"name\": \"a\", \"count\": 1, \"colour\": null}"))
                .isEqualTo(new Order("a", 1, null, null, null, null, null, null));
    }

    @Test
    void tellsEveryMistakeOfABodyAtOnce() {
        RefusedException refusal = refusal(
                """
                {"name": "too long", "count": 0, "count": 1, "customer": "me", "colour": "DARK_RED", "colr": 1, "a/b~c": 2,
                 "shapes": [{"kind": "triangle"}, {"radius": 1}, {"kind": "circle", "radius": "1", "width": 2}, 7],
                 "range": {"lower": 2, "upper": 1}, "urgent": "yes", "seed": 1.0}
                """);

        assertThat(refusal.type()).isEqualTo(ProblemType.INVALID_REQUEST);
        assertThat(refusal.mistakes())
                .containsExactlyInAnyOrder(
                        new Mistake("/count", "occurs more than once"),
                        new Mistake("/name", "size must be between 1 and 5"),
                        new Mistake("/count", "must be greater than or equal to 1"),
                        new Mistake("/customer", "must be a UUID"),
                        new Mistake("/colour", "must be one of darkRed, blue"),
                        new Mistake("/shapes/0/kind", "must be one of circle, roundedBox"),
                        new Mistake("/shapes/1/kind", "is missing, must be one of circle, roundedBox"),
                        new Mistake("/shapes/2/radius", "must be a number"),
                        new Mistake("/shapes/2/width", "is not known here; known are radius"),
                        new Mistake("/shapes/3", "must be an object"),
                        new Mistake("/range", "lower must not be above upper"),
                        new Mistake("/urgent", "must be true or false"),
                        new Mistake("/seed", "must be an integer"),
                        new Mistake(
                                "/colr",
                                "is not known here; known are name, count, customer, colour, shapes, range, urgent, seed"),
                        new Mistake(
                                "/a~1b~0c",
                                "is not known here; known are name, count, customer, colour, shapes, range, urgent, seed"));
    }

    @Test
    void tellsWhatIsMissing() {
        assertThat(refusal("{\"name\": null}").mistakes())
                .containsExactly(new Mistake("/name", "must not be null"), new Mistake("/count", "is missing"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "-2147483649", "1e400", "99999999999999999999999999", "true", "\"1\"", "[1]"})
    void refusesWhatIsNoInteger(String count) {
        assertThat(refusal("{\"name\": \"a\", \"count\": " + count + "}").mistakes())
                .extracting(Mistake::pointer)
                .containsExactly("/count");
    }

    @Test
    void refusesInfiniteNumbers() {
        assertThat(refusal("{\"name\": \"a\", \"count\": 1, \"range\": {\"lower\": 0, \"upper\": 1e999}}")
                        .mistakes())
                .containsExactly(new Mistake("/range/upper", "must be a finite number"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "a\\nb", "\\ud800", "\\u007f"})
    void refusesTextThatCannotBeStored(String name) {
        assertThat(refusal("{\"name\": \"" + name + "\", \"count\": 1}").mistakes())
                .containsExactly(new Mistake("/name", "must not hold control characters or broken surrogate pairs"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"name\": }",
                "[1, 2",
                "{} {}",
                "{\"name\": NaN}",
                "{'name': 'a'}",
                "{\"name\": 01}",
                "// comment\n{}",
                "nul",
                "{\"a\": 1,}"
            })
    void refusesWhatIsNoJson(String body) {
        assertThat(refusal(body).type()).isEqualTo(ProblemType.MALFORMED_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "7", "\"text\"", "true"})
    void refusesABodyThatIsNoObject(String body) {
        assertThat(refusal(body).mistakes()).containsExactly(new Mistake("", "must be an object"));
    }

    @Test
    void refusesWhatIsNoUtf8() {
        byte[] latin1 = "{\"name\": \"ä\", \"count\": 1}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(catchThrowableOfType(RefusedException.class, () -> reader.read(latin1, Order.class))
                        .type())
                .isEqualTo(ProblemType.MALFORMED_JSON);
    }

    @Test
    void refusesDeepNestingLongNumbersAndLongStrings() {
        String deep = "{\"name\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        String longNumber = "{\"count\": " + "1".repeat(65) + "}";
        String longText = "{\"name\": \"" + "x".repeat(64 * 1024 + 1) + "\"}";
        String longName = "{\"" + "x".repeat(100_000) + "\": 1}";

        assertThat(List.of(deep, longNumber, longText, longName))
                .allSatisfy(body -> assertThat(refusal(body).type()).isEqualTo(ProblemType.MALFORMED_JSON));
    }
}
