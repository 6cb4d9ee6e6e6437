package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.learning.search.Dimension;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Schema(name = "SearchDimension", description = "One field of the plan that a search varies.")
sealed interface SearchDimension {
    /** What the library knows it as. */
    Dimension resolved();

    @Schema(
            name = "ListedValues",
            description =
                    "Values that are listed. A field that is an object is set as a whole, with defaults as in a plan; so another kind"
                            + " of optimizer is tried, for instance.")
    record Values(
            @Size(max = 200)
                    @Pattern(regexp = "(/[^/]+)+")
                    @Schema(
                            description = "Where the field stands in the plan, as a JSON pointer (RFC 6901).",
                            example = "/backbone")
                    String pointer,
            @Size(min = 1, max = 100) List<JsonNode> values)
            implements SearchDimension {
        public Values {
            values = List.copyOf(values);
            dimension(pointer, values);
        }

        @Override
        public Dimension resolved() {
            return dimension(pointer, values);
        }

        private static Dimension dimension(String pointer, List<JsonNode> values) {
            return new Dimension.Values(
                    pointer, values.stream().map(JsonNode::toString).toList());
        }
    }

    @Schema(
            name = "NumberRange",
            description = "Numbers between two ends; a draw is rounded to four significant digits.")
    record Range(
            @Size(max = 200)
                    @Pattern(regexp = "(/[^/]+)+")
                    @Schema(
                            description = "Where the field stands in the plan, as a JSON pointer (RFC 6901).",
                            example = "/optimizer/learningRate")
                    String pointer,
            @Schema(example = "0.0001") double lower,
            @Schema(example = "0.01") double upper,
            @Schema(description = "Linear where nothing is said.") Dimension.@Nullable Scale scale)
            implements SearchDimension {
        public Range {
            dimension(pointer, lower, upper, scale);
        }

        @Override
        public Dimension resolved() {
            return dimension(pointer, lower, upper, scale);
        }

        private static Dimension dimension(
                String pointer, double lower, double upper, Dimension.@Nullable Scale scale) {
            return new Dimension.Range(pointer, lower, upper, Plan.or(scale, Dimension.Scale.LINEAR));
        }
    }

    @Schema(name = "WholeNumberRange", description = "Whole numbers from one end to the other, both included.")
    record WholeRange(
            @Size(max = 200)
                    @Pattern(regexp = "(/[^/]+)+")
                    @Schema(
                            description = "Where the field stands in the plan, as a JSON pointer (RFC 6901).",
                            example = "/batchSize")
                    String pointer,
            @Schema(example = "8") int lower,
            @Schema(example = "32") int upper,
            @Schema(description = "Linear where nothing is said.") Dimension.@Nullable Scale scale)
            implements SearchDimension {
        public WholeRange {
            dimension(pointer, lower, upper, scale);
        }

        @Override
        public Dimension resolved() {
            return dimension(pointer, lower, upper, scale);
        }

        private static Dimension dimension(String pointer, int lower, int upper, Dimension.@Nullable Scale scale) {
            return new Dimension.WholeRange(pointer, lower, upper, Plan.or(scale, Dimension.Scale.LINEAR));
        }
    }
}
