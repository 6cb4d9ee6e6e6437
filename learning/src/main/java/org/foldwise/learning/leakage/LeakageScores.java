package org.foldwise.learning.leakage;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;

/**
 * What is kept of one training of a leakage study: its answers about the images that it did not see, and not its weights.
 *
 * @param level what the fold keeps together
 * @param fold its index
 * @param epochs how many epochs were trained, 1 or more
 * @param bestEpoch index of the epoch whose weights answered
 * @param answers about each held-out image
 */
public record LeakageScores(FoldLevel level, int fold, int epochs, int bestEpoch, List<Answer> answers) {
    public LeakageScores {
        answers = List.copyOf(answers);
        if (fold < 0 || bestEpoch < 0 || bestEpoch >= epochs) {
            throw new IllegalArgumentException("fold must be 0 or more and bestEpoch within epochs, were " + fold + ", "
                    + bestEpoch + " and " + epochs);
        }
    }

    /**
     * What was answered about an image.
     *
     * @param image its name
     * @param probabilities of a binary task one, of the positive class; else of each class or label
     */
    public record Answer(String image, List<Double> probabilities) {
        public Answer {
            probabilities = List.copyOf(probabilities);
        }
    }

    /**
     * The scores of a finished training.
     *
     * @param fold that was trained
     * @param heldOut its held-out images, scored
     */
    public static LeakageScores of(LeakageFold fold, int epochs, int bestEpoch, ScoredImages heldOut) {
        List<Answer> answers = new ArrayList<>();
        if (heldOut instanceof ScoredImages.Binary binary) {
            for (ScoredCase scored : binary.cases()) {
                answers.add(new Answer(scored.image(), List.of(scored.probability())));
            }
        } else if (heldOut instanceof ScoredImages.Multiclass multiclass) {
            for (ClassifiedCase scored : multiclass.cases()) {
                answers.add(new Answer(scored.image(), scored.probabilities()));
            }
        } else if (heldOut instanceof ScoredImages.Multilabel multilabel) {
            for (LabelledCase scored : multilabel.cases()) {
                answers.add(new Answer(scored.image(), scored.probabilities()));
            }
        }
        return new LeakageScores(fold.level(), fold.fold().index(), epochs, bestEpoch, answers);
    }

    /** Whether they are of that training. */
    public boolean isOf(LeakageFold other) {
        return level == other.level() && fold == other.fold().index();
    }
}
