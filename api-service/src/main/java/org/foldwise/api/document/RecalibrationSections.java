package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foldwise.api.report.RecalibrationView;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.metrics.scored.RecalibrationEffect.Change;
import org.foldwise.learning.metrics.scored.RecalibrationEffect.Figure;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.jspecify.annotations.Nullable;

/** What documents say of a recalibration: what it is, and what came of it on images that it was not fitted to. */
final class RecalibrationSections {
    private static final String TITLE = "Recalibration";

    private RecalibrationSections() {}

    /**
     * Of one evaluation; none where the run's probabilities are the network's own.
     *
     * @param effect on its images; absent where it was fitted to them
     * @param source the address of the evaluation
     */
    static Optional<Section> ofEvaluation(FrozenThreshold frozen, @Nullable RecalibrationEffect effect, String source) {
        if (frozen.recalibration() == null) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(method(frozen));
        if (effect == null) {
            blocks.add(RecordSections.text(
                    "It was fitted to images on which the model was not trained, and these are they: "
                            + "their calibration is flattered by it"
                            + (isIsotonic(frozen) ? ", and so is every other figure here" : "")
                            + ". Images of the test subset and of other datasets show what it is worth."));
        } else {
            blocks.add(new Table(
                    "Before and after recalibration",
                    columns("Figure"),
                    effect.figures().stream()
                            .map(one -> row(words(one.figure(), effect), one.change()))
                            .toList(),
                    source));
            if (!effect.classes().isEmpty()) {
                blocks.add(new Table(
                        "Expected calibration error of each against everything else",
                        columns("Class or label"),
                        effect.classes().stream()
                                .map(one -> row(one.name(), one.calibrationError()))
                                .toList(),
                        source));
            }
            blocks.add(RecordSections.text(
                    "Before are the network's own probabilities, after are those that it answers with. "
                            + "Intervals of the change draw the same patients for both: where one holds 0, these images do not tell whether the "
                            + "recalibration helped. "
                            + Words.CALIBRATION_ERRORS));
        }
        return Optional.of(new Section(TITLE, blocks));
    }

    /**
     * Of a model version; none where its probabilities are the network's own.
     *
     * @param judgements all that were made of its run
     */
    static Optional<Section> ofModel(FrozenThreshold frozen, List<Study.Judgement> judgements) {
        if (frozen.recalibration() == null) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(method(frozen));
        caution(frozen).ifPresent(blocks::add);
        List<List<String>> rows = new ArrayList<>();
        for (Study.Judgement judgement : judgements) {
            RecalibrationEffect effect = judgement.recalibration();
            if (effect != null) {
                effect.figures()
                        .forEach(one -> rows.add(List.of(
                                judgement.path(),
                                judgement.subset(),
                                words(one.figure(), effect),
                                Words.estimate(one.change().before()),
                                Words.estimate(one.change().after()),
                                Words.estimate(one.change().difference()))));
            }
        }
        blocks.add(
                rows.isEmpty()
                        ? RecordSections.caution("What it is worth was never seen on test or external images.")
                        : new Table(
                                "Before and after recalibration",
                                List.of(
                                        Column.text("Evaluation").percent(24),
                                        Column.text("Images").percent(10),
                                        Column.text("Figure").percent(18),
                                        Column.number("Before").percent(16),
                                        Column.number("After").percent(16),
                                        Column.number("Change").percent(16)),
                                rows,
                                "/api/v1/evaluations/" + frozen.evaluationId()));
        return Optional.of(new Section(TITLE, blocks));
    }

    /** What must be known before any figure of the images that an isotonic map was fitted to is read; none of other maps. */
    static Optional<Block> caution(FrozenThreshold frozen) {
        return isIsotonic(frozen)
                ? Optional.of(RecordSections.caution(
                        "An isotonic map was fitted to the validation images. It flatters not their calibration alone: their area, average "
                                + "precision and figures of decisions are too good as well, the more so the fewer "
                                + "images there are. The report of the training has the area of the network's own probabilities, to which "
                                + "a promise is held."))
                : Optional.empty();
    }

    private static boolean isIsotonic(FrozenThreshold frozen) {
        return RecalibrationView.of(frozen.recalibration()).method() == RecalibrationMethod.ISOTONIC;
    }

    private static Block method(FrozenThreshold frozen) {
        return RecordSections.text("Probabilities are "
                + RecalibrationView.of(frozen.recalibration()).words()
                + ". Fitted on the validation images, frozen with what is decided on them.");
    }

    private static List<Column> columns(String first) {
        return List.of(
                Column.text(first).percent(28),
                Column.number("Before").percent(24),
                Column.number("After").percent(24),
                Column.number("Change").percent(24));
    }

    private static List<String> row(String name, Change change) {
        return List.of(
                name,
                Words.estimate(change.before()),
                Words.estimate(change.after()),
                Words.estimate(change.difference()));
    }

    private static String words(Figure figure, RecalibrationEffect effect) {
        return switch (figure) {
            case LOG_LOSS -> "Log loss";
            case BRIER_SCORE -> "Brier score";
            case CALIBRATION_ERROR -> "Expected calibration error";
            case TOP_CALIBRATION_ERROR -> "Expected calibration error of the highest probability";
            case ACCURACY -> "Accuracy";
            case ROC_AUC -> effect.classes().isEmpty() ? "ROC AUC" : "Mean ROC AUC";
        };
    }
}
