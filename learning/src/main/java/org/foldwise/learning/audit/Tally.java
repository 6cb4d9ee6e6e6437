package org.foldwise.learning.audit;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFigures;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * Adds up over views what became of images. How many are changed at all is counted over those that a training would see; what the changes
 * do is measured where they are made, so that a probability neither hides nor adds damage.
 */
final class Tally {
    /** In grey levels; below that nobody sees a change. */
    private static final double HARDLY = 1;

    private static final double MOST = 0.95;
    private static final int WHITE = 255;

    private int drawn;
    private int changed;
    private int hardlyChanged;
    private int measured;
    private int lost;
    private double black;
    private double white;
    private final List<Double> shifts = new ArrayList<>();
    private final List<Double> similarities = new ArrayList<>();
    private final List<Double> uncovered = new ArrayList<>();

    /** Counts a view as a training would see it. */
    void count(PixelImage original, PixelImage view) {
        byte[] before = original.withChannels(1).samples();
        byte[] after = view.withChannels(1).samples();
        long difference = 0;
        for (int i = 0; i < before.length; i++) {
            difference += Math.abs((before[i] & 0xFF) - (after[i] & 0xFF));
        }
        drawn++;
        changed += original.equals(view) ? 0 : 1;
        hardlyChanged += (double) difference / before.length < HARDLY ? 1 : 0;
    }

    /** Adds a view that the augmentations were carried out on. */
    void measure(PixelImage original, PixelImage view, boolean lesionIsLost) {
        byte[] before = original.withChannels(1).samples();
        byte[] after = view.withChannels(1).samples();
        int newlyBlack = 0;
        int newlyWhite = 0;
        for (int i = 0; i < before.length; i++) {
            int was = before[i] & 0xFF;
            int is = after[i] & 0xFF;
            newlyBlack += is == 0 && was != 0 ? 1 : 0;
            newlyWhite += is == WHITE && was != WHITE ? 1 : 0;
        }
        measured++;
        lost += lesionIsLost ? 1 : 0;
        black += (double) newlyBlack / before.length;
        white += (double) newlyWhite / before.length;
        shifts.add(Math.abs(Appearance.mean(view) - Appearance.mean(original)));
        similarities.add(StructuralSimilarity.of(original, view));
    }

    /** Adds what of a view lies outside its image. */
    void addUncovered(double share) {
        uncovered.add(share);
    }

    /** The sums, each over the number of its views. */
    StepFigures figures(
            @Nullable Integer step,
            @Nullable Augmentation augmentation,
            int images,
            Estimate told,
            @Nullable Estimate flips) {
        int ofDrawn = Math.max(1, drawn);
        int ofMeasured = Math.max(1, measured);
        return new StepFigures(
                step,
                augmentation == null ? null : PlanJson.kindOf(augmentation),
                augmentation == null ? AugmentedClasses.ALL : augmentation.classes(),
                images,
                (double) changed / ofDrawn,
                (double) hardlyChanged / ofDrawn,
                measured,
                mean(shifts),
                shifts.isEmpty() ? 0 : quantile(shifts, MOST),
                black / ofMeasured,
                white / ofMeasured,
                uncovered.isEmpty() ? null : mean(uncovered),
                similarities.isEmpty() ? null : quantile(similarities, 0.5),
                (double) lost / ofMeasured,
                told,
                flips);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElse(0);
    }

    /** The smallest value with at least that share of values at or below it. */
    private static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
