package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.learning.search.Dimension;
import org.foldwise.learning.search.InnerSpec;
import org.foldwise.learning.search.SearchSpec;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Search",
        description =
                "How a plan is searched for. The candidates are the same in every outer fold, and follow from space and seed.")
sealed interface Search {
    /** What the library knows it as. */
    SearchSpec resolved();

    @Schema(
            name = "InnerFolds",
            description =
                    "The cross-validation by which candidates are compared, over the train and validation patients of each outer fold.")
    record Inner(
            @Min(2)
                    @Max(10)
                    @Schema(description = "Each of these patients is held out in exactly one.", example = "3")
                    @Nullable
                    Integer folds,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.5")
                    @Schema(
                            description = "Share of an inner fold's other patients that early stopping looks at.",
                            example = "0.2")
                    @Nullable
                    Double validation) {
        static InnerSpec resolved(@Nullable Inner inner) {
            return inner == null
                    ? InnerSpec.DEFAULT
                    : new InnerSpec(
                            Plan.or(inner.folds(), InnerSpec.DEFAULT.folds()),
                            Plan.or(inner.validation(), InnerSpec.DEFAULT.validation()));
        }
    }

    @Schema(name = "GridSearch", description = "Every combination of listed values, 300 at most.")
    record Grid(
            @Size(min = 1, max = 20) @Schema(description = "Of listed values only.") List<SearchDimension> space,
            @Nullable Inner inner,
            @Schema(description = "Of the inner folds.", example = "1") long seed)
            implements Search {
        public Grid {
            space = List.copyOf(space);
            spec(space, inner, seed);
        }

        @Override
        public SearchSpec resolved() {
            return spec(space, inner, seed);
        }

        private static SearchSpec spec(List<SearchDimension> space, @Nullable Inner inner, long seed) {
            return new SearchSpec.Grid(dimensions(space), Inner.resolved(inner), seed);
        }
    }

    @Schema(name = "RandomSearch", description = "Candidates drawn at random, no two the same.")
    record Random(
            @Size(min = 1, max = 20) List<SearchDimension> space,
            @Min(1) @Max(300) @Schema(description = "How many candidates.", example = "8") int count,
            @Nullable Inner inner,
            @Schema(description = "Of the candidates and the inner folds.", example = "1") long seed)
            implements Search {
        public Random {
            space = List.copyOf(space);
            spec(space, count, inner, seed);
        }

        @Override
        public SearchSpec resolved() {
            return spec(space, count, inner, seed);
        }

        private static SearchSpec spec(List<SearchDimension> space, int count, @Nullable Inner inner, long seed) {
            return new SearchSpec.Random(dimensions(space), count, Inner.resolved(inner), seed);
        }
    }

    @Schema(
            name = "HalvingSearch",
            description =
                    "Candidates drawn at random, of which at every rung the best 1/eta go on to be trained eta times as long; the last"
                            + " rung trains as long as the plan says.")
    record Halving(
            @Size(min = 1, max = 20) List<SearchDimension> space,
            @Min(2) @Max(300) @Schema(description = "How many candidates the first rung has.", example = "9") int count,
            @Min(2) @Max(10) @Schema(description = "3 where nothing is said.", example = "3") @Nullable Integer eta,
            @Min(1)
                    @Max(1000)
                    @Schema(
                            description = "The first rung trains no shorter than that; 1 where nothing is said.",
                            example = "1")
                    @Nullable
                    Integer minimumEpochs,
            @Nullable Inner inner,
            @Schema(description = "Of the candidates and the inner folds.", example = "1") long seed)
            implements Search {
        public Halving {
            space = List.copyOf(space);
            spec(space, count, eta, minimumEpochs, inner, seed);
        }

        @Override
        public SearchSpec resolved() {
            return spec(space, count, eta, minimumEpochs, inner, seed);
        }

        private static SearchSpec spec(
                List<SearchDimension> space,
                int count,
                @Nullable Integer eta,
                @Nullable Integer minimumEpochs,
                @Nullable Inner inner,
                long seed) {
            return new SearchSpec.Halving(
                    dimensions(space), count, Plan.or(eta, 3), Plan.or(minimumEpochs, 1), Inner.resolved(inner), seed);
        }
    }

    private static List<Dimension> dimensions(List<SearchDimension> space) {
        return space.stream().map(SearchDimension::resolved).toList();
    }
}
