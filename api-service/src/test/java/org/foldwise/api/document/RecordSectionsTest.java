package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Table;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.learning.split.SplitSpec.Straddling;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordSectionsTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);

    @Test
    void everyKindOfSplitIsSaidInWords() {
        String digest = "ab".repeat(32);
        assertThat(RecordSections.describe(new SplitSpec.Fixed(digest, 1)))
                .isEqualTo("roles that were given elsewhere (SHA-256 " + digest + ")");
        assertThat(RecordSections.describe(new SplitSpec.Fixed(digest, 3)))
                .startsWith("roles that were given elsewhere, with 3 repeats of their folds (");
        assertThat(RecordSections.describe(
                        new SplitSpec.Temporal(null, LocalDate.of(2021, 1, 1), 0.15, Straddling.DROPPED)))
                .isEqualTo(
                        "by day: the test from 2021-01-01 on, 15 % of the earlier patients for validation, patients on both"
                                + " sides left out");
        assertThat(RecordSections.describe(new SplitSpec.Temporal(0.2, null, 0.15, Straddling.BY_LATEST_IMAGE)))
                .contains("leaves 20 % of the patients to it")
                .endsWith("where their latest image is");
        assertThat(RecordSections.describe(new SplitSpec.Site(List.of("Kiel", "Ulm"), 0.1)))
                .isEqualTo("by site, the test of Kiel, Ulm, 10 % of the other sites' patients for validation");
        assertThat(RecordSections.describe(new SplitSpec.Site(List.of(), 0.1)))
                .startsWith("by site, each held out in a fold of its own, ");
        assertThat(Stream.of(new SplitSpec.Fixed(digest, 1), new SplitSpec.Site(List.of(), 0.1))
                        .map(RecordSections::describe))
                .noneMatch(words -> words.contains("{"));
    }

    private static Table decisions(TaskSummary summary) {
        List<Block> blocks = RecordSections.folds(summary, "source").blocks();
        return blocks.stream()
                .filter(Table.class::isInstance)
                .map(Table.class::cast)
                .filter(table -> table.caption().equals("Decisions and probabilities of the folds"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void foldsOfSeveralClassesAndOfLabelsListTheirDecisionsAndProbabilities() {
        List<String> names = List.of("bcc", "mel", "nv");
        ScoredImages.Multiclass several = ClassSectionsTest.several(120, names);
        TaskSummary ofClasses = TaskSummary.of(
                List.of(
                        new ScoredImages.Multiclass(names, several.cases().subList(0, 60)),
                        new ScoredImages.Multiclass(names, several.cases().subList(60, 120))),
                1,
                new Decision.MostProbable(),
                BOOTSTRAP);

        Table table = decisions(ofClasses);

        assertThat(table.rows()).hasSize(2);
        assertThat(table.columns().get(1).name()).isEqualTo("Accuracy");
        assertThat(table.rows().get(1))
                .containsExactly(
                        "1",
                        FigureTables.cell(ofClasses.foldAverages().get(1).accuracy()),
                        FigureTables.cell(ofClasses.foldAverages().get(1).recall()),
                        FigureTables.cell(ofClasses.foldAverages().get(1).specificity()),
                        FigureTables.cell(ofClasses.foldAverages().get(1).brierScore()));

        ScoredImages.Multilabel labelled = ClassSectionsTest.labelled(120);
        TaskSummary ofLabels = TaskSummary.of(
                List.of(
                        new ScoredImages.Multilabel(
                                labelled.classes(), labelled.cases().subList(0, 60)),
                        new ScoredImages.Multilabel(
                                labelled.classes(), labelled.cases().subList(60, 120))),
                1,
                new Decision.LabelThresholds(labelled.classes().stream()
                        .map(name -> ThresholdChoice.fixed(0.5))
                        .toList()),
                BOOTSTRAP);
        assertThat(decisions(ofLabels).columns().get(1).name()).isEqualTo("Every label right");
        assertThat(decisions(ofLabels).rows().get(0).get(1))
                .isEqualTo(FigureTables.cell(ofLabels.foldAverages().get(0).subsetAccuracy()));
        assertThat(ofLabels.foldAverages()).allMatch(fold -> fold.accuracy() == null);
    }

    private static Training training(int fold, String precision, @Nullable String path) {
        return training(fold, precision, path, null);
    }

    private static Training training(
            int fold, String precision, @Nullable String path, @Nullable List<Environment> environments) {
        Provenance provenance = new Provenance(
                Digest.of("d"),
                Digest.of("s"),
                Digest.of("p"),
                fold,
                42,
                null,
                new TreeMap<>(),
                "cpu()",
                2,
                precision,
                "as planned",
                path,
                path == null ? null : "a test wants it",
                "float32",
                "as planned",
                new Provenance.Normalisation(List.of(0.449), List.of(0.226)),
                environments);
        return new Training(new UUID(0, fold), fold, "succeeded", 1, provenance, List.of());
    }

    private static Environment environment(String pytorch, int threads) {
        return new Environment(new TreeMap<>(Map.of("pytorch", pytorch)), "cpu()", threads);
    }

    @Test
    void saysWhereATrainingWasBeforeItWentOnElsewhere() {
        List<Training> trainings = List.of(
                training(0, "float32", "kernels"),
                training(1, "float32", "kernels", List.of(environment("2.7", 1), environment("2.7", 2))),
                training(2, "float32", "blocks", List.of(environment("2.6", 2), environment("2.7", 2))));
        List<String> computedOn = RecordSections.provenance(trainings, List.of(), "source").blocks().stream()
                .filter(Table.class::isInstance)
                .map(Table.class::cast)
                .flatMap(table -> table.rows().stream())
                .map(row -> row.get(row.size() - 1))
                .toList();
        assertThat(computedOn)
                .containsExactly(
                        "cpu(), 2 threads, float32",
                        "cpu(), 1 thread, then cpu(), 2 threads, float32",
                        "cpu(), 2 threads, versions changed on the way, float32, by blocks");
    }

    @Test
    void seesFoldsThatWereComputedByDifferentPaths() {
        Training kernels = training(0, "float32", "kernels");
        Training blocks = training(1, "float32", "blocks");
        Training before = training(2, "float32", null);
        Training unfinished = new Training(new UUID(0, 3), 3, "failed", null, null, List.of());

        assertThat(RecordSections.differInPath(List.of(kernels, blocks))).isTrue();
        assertThat(RecordSections.differInPath(List.of(before, blocks))).isTrue();
        assertThat(RecordSections.differInPath(List.of(kernels, before, unfinished)))
                .isFalse();
        assertThat(RecordSections.differInPath(List.of(blocks, unfinished))).isFalse();
        assertThat(RecordSections.differInPrecision(List.of(kernels, blocks))).isFalse();
        assertThat(RecordSections.differInPrecision(List.of(kernels, training(1, "bfloat16", "kernels"))))
                .isTrue();
    }
}
