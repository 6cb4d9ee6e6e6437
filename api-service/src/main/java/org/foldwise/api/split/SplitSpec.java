package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.SplitSpec.Straddling;
import org.jspecify.annotations.Nullable;

@Schema(name = "SplitSpec", description = "How patients are to be split; shares are fractions of the patients.")
sealed interface SplitSpec {
    /** The same in the library's terms. */
    org.foldwise.learning.split.SplitSpec resolvable();

    static SplitSpec of(org.foldwise.learning.split.SplitSpec spec) {
        if (spec instanceof org.foldwise.learning.split.SplitSpec.Holdout holdout) {
            return new Holdout(holdout.train(), holdout.validation(), holdout.test());
        }
        if (spec instanceof org.foldwise.learning.split.SplitSpec.KFold kFold) {
            return new KFold(kFold.folds(), kFold.repeats(), kFold.test(), kFold.validation());
        }
        if (spec instanceof org.foldwise.learning.split.SplitSpec.Temporal temporal) {
            return new Temporal(temporal.test(), temporal.testFrom(), temporal.validation(), temporal.straddling());
        }
        if (spec instanceof org.foldwise.learning.split.SplitSpec.Site site) {
            return new Site(site.test(), site.validation());
        }
        var fixed = (org.foldwise.learning.split.SplitSpec.Fixed) spec;
        return new Fixed(null, null, fixed.repeats(), fixed.assignmentsDigest());
    }

    @Schema(name = "HoldoutSplitSpec", description = "One division into train, validation and test; they add up to 1.")
    record Holdout(
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.7")
                    double train,
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.15")
                    double validation,
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(description = "0 locks nothing away; else at least 0.000001.", example = "0.15")
                    double test)
            implements SplitSpec {
        public Holdout {
            new org.foldwise.learning.split.SplitSpec.Holdout(train, validation, test);
        }

        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.Holdout(train, validation, test);
        }
    }

    @Schema(
            name = "KFoldSplitSpec",
            description =
                    "Cross-validation over patients, with a locked test subset. Fold i of repeat r has the index r * folds + i.")
    record KFold(
            @Min(2) @Max(50) @Schema(example = "5") int folds,
            @Min(1)
                    @Max(20)
                    @Schema(
                            description =
                                    "How often the development patients are divided anew; absent: 1. At most 100 folds in all.",
                            example = "1")
                    @Nullable
                    Integer repeats,
            @DecimalMin("0")
                    @DecimalMax("0.9")
                    @Schema(
                            description = "Share of all patients to lock away; 0, or at least 0.000001.",
                            example = "0.15")
                    double test,
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax("0.5")
                    @Schema(
                            description =
                                    "Share of each fold's remaining patients that early stopping and thresholds look at.",
                            example = "0.15")
                    double validation)
            implements SplitSpec {
        public KFold {
            new org.foldwise.learning.split.SplitSpec.KFold(folds, repeats == null ? 1 : repeats, test, validation);
        }

        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.KFold(
                    folds, repeats == null ? 1 : repeats, test, validation);
        }
    }

    @Schema(
            name = "TemporalSplitSpec",
            description =
                    "Every image that is trained on is from before the day on which the test begins. Needs the day of every image, and either test or"
                            + " testFrom.")
    record Temporal(
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax("0.9")
                    @Schema(
                            description =
                                    "Share of the patients to test on. Of the days on which somebody comes to be tested, the one that comes"
                                            + " closest is taken. Refused where that is less than half or more than twice of it.",
                            example = "0.2",
                            nullable = true)
                    @Nullable
                    Double test,
            @Schema(description = "The first day of the test.", example = "2021-01-01", nullable = true) @Nullable
                    LocalDate testFrom,
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax("0.5")
                    @Schema(
                            description = "Share of the earlier patients that early stopping and thresholds look at.",
                            example = "0.15")
                    double validation,
            Straddling straddling)
            implements SplitSpec {
        public Temporal {
            new org.foldwise.learning.split.SplitSpec.Temporal(test, testFrom, validation, straddling);
        }

        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.Temporal(test, testFrom, validation, straddling);
        }
    }

    @Schema(
            name = "SiteSplitSpec",
            description =
                    "Where sites are named, they are the test subset; where none are, each site is held out in a fold of its own."
                            + " Patients with images on two sides are dropped. Needs the site of every image.")
    record Site(
            @Schema(description = "Sites to test on. Absent: each is held out once.") @Nullable List<String> test,
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax("0.5")
                    @Schema(
                            description =
                                    "Share of the other sites' patients that early stopping and thresholds look at.",
                            example = "0.15")
                    double validation)
            implements SplitSpec {
        public Site {
            test = test == null ? List.of() : List.copyOf(test);
            new org.foldwise.learning.split.SplitSpec.Site(test, validation);
        }

        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.Site(test == null ? List.of() : test, validation);
        }
    }

    @Schema(
            name = "FixedSplitSpec",
            description =
                    "Roles that were given elsewhere. They are audited, and refused with every row that leaks. Long tables are"
                            + " handed in as CSV.")
    record Fixed(
            @Schema(
                            description =
                                    "The role of every patient in every fold. Answers show it under /assignments instead.")
                    @Nullable
                    List<AssignmentResponse> assignments,
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax("0.5")
                    @Schema(
                            description =
                                    "Share of the training patients to take for validation in every fold that names none. Folds without"
                                            + " a development fold get one as well. Only in requests.",
                            example = "0.15")
                    @Nullable
                    Double validation,
            @Min(1)
                    @Max(20)
                    @Schema(
                            description =
                                    "How often the folds deal out the patients outside the test subset anew; the folds of the first"
                                            + " repeat have the lowest numbers. At most 100 folds in all. Absent: once.",
                            example = "1")
                    @Nullable
                    Integer repeats,
            @Schema(description = "SHA-256 of the roles that were handed in; only in answers.") @Nullable
                    String assignmentsDigest)
            implements SplitSpec {
        public Fixed {
            assignments = assignments == null ? null : List.copyOf(assignments);
            if ((assignments == null) == (assignmentsDigest == null)) {
                throw new IllegalArgumentException("assignments must be given, and assignmentsDigest not");
            }
            requireValidation(validation);
            new org.foldwise.learning.split.SplitSpec.Fixed(
                    RoleAssignment.digest(List.of()).hex(), repeats == null ? 1 : repeats);
        }

        /** How often the patients are dealt out. */
        int divisions() {
            return repeats == null ? 1 : repeats;
        }

        /** What was handed in; none in an answer. */
        AssignmentTable given() {
            List<AssignmentResponse> rows = assignments == null ? List.of() : assignments;
            List<RoleAssignment> resolved =
                    rows.stream().map(AssignmentResponse::resolved).toList();
            return new AssignmentTable(
                    resolved,
                    divisions(),
                    GivenSplit.Numbers.FROM_ZERO,
                    AssignmentTable.together(
                            resolved,
                            rows.stream()
                                    .map(row -> Objects.requireNonNullElse(row.keepTogether(), ""))
                                    .toList()));
        }

        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.Fixed(
                    RoleAssignment.digest(given().rows()).hex(), divisions());
        }
    }

    @Schema(
            name = "FolderSplitSpec",
            description =
                    "The folders called train, validation and test, or the like, above the dataset's images, patient by patient. The"
                            + " roles that come out are audited as those of kind fixed are, and the answer is of that kind.")
    record Folders(
            @DecimalMin(org.foldwise.learning.split.SplitSpec.SMALLEST)
                    @DecimalMax("0.5")
                    @Schema(
                            description =
                                    "Share of the training patients to take for validation where there is no folder for it.",
                            example = "0.15")
                    @Nullable
                    Double validation,
            @Schema(
                            description =
                                    "Whether patients with images in several folders, and who shares images with them, are used for"
                                            + " nothing. Absent or false: such folders are refused.")
                    @Nullable
                    Boolean dropShared)
            implements SplitSpec {
        public Folders {
            requireValidation(validation);
        }

        boolean dropsShared() {
            return dropShared != null && dropShared;
        }

        /** Roles follow from the images of a dataset. */
        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            throw new IllegalStateException("folders are read together with their dataset");
        }
    }

    private static void requireValidation(@Nullable Double validation) {
        if (validation != null) {
            org.foldwise.learning.split.SplitSpec.requireValidation(validation);
        }
    }
}
