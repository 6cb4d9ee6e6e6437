package org.foldwise.learning.audit;

import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.ANSWERS_FLIP;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.CLASS_SHOWS_CHANGE;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.GREY_VALUES_CUT;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.HARDLY_CHANGED;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.LESIONS_LOST;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.MIRRORED;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.NO_AUGMENTATION;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.STRUCTURE_LOST;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.TOLD_APART;
import static org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code.UNCOVERED;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.foldwise.learning.dataset.BodySide;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentationAuditReport.Retest;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFigures;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.quality.Finding.Severity;
import org.jspecify.annotations.Nullable;

/** What a person should know of an audit's figures. The limits are conventions; {@code docs/augmentation-audit.md} lists them. */
final class AuditFindings {
    private static final double LESIONS_LOST_FROM = 0.05;
    private static final double CUT_FROM = 0.05;
    private static final double UNCOVERED_FROM = 0.1;
    private static final double SIMILAR_FROM = 0.7;
    private static final double HARDLY_CHANGED_FROM = 0.9;
    private static final double TOLD_ABOVE = 0.9;
    private static final double MANY_FLIPS = 0.1;

    /** Carried out on less than so many of the images nothing can take as much as {@link #LESIONS_LOST_FROM} from what a training sees. */
    private static final double RARE_BELOW = 0.05;

    /** So that two lesions are not {@link #LESIONS_LOST_FROM} of them. */
    private static final int FEWEST_CHANGED = 60;

    private final List<Augmentation> augmentation;
    private final boolean labelsTellSides;
    private final List<StepFinding> findings = new ArrayList<>();

    private AuditFindings(List<Augmentation> augmentation, boolean labelsTellSides) {
        this.augmentation = augmentation;
        this.labelsTellSides = labelsTellSides;
    }

    /** The most severe first, and then in the order of the plan, what is about all augmentations last. */
    static List<StepFinding> of(
            List<Augmentation> augmentation,
            List<String> classes,
            List<StepFigures> steps,
            @Nullable StepFigures whole,
            @Nullable Estimate fromOriginals,
            @Nullable Estimate fromViews,
            @Nullable Retest retest) {
        AuditFindings found =
                new AuditFindings(augmentation, BodySide.toldBy(classes).isPresent());
        if (whole == null) {
            found.add(
                    NO_AUGMENTATION,
                    Severity.NOTICE,
                    null,
                    "The plan changes no image.",
                    "With few images, small rotations, moves and changes of brightness usually help.");
            return found.findings;
        }
        steps.forEach(found::look);
        // of one augmentation the same again
        if (steps.size() > 1) {
            found.look(whole);
        }
        found.lookWhetherToldApart(whole);
        steps.forEach(step -> found.lookWhetherAnswersFlip(step, retest));
        if (steps.size() > 1) {
            found.lookWhetherAnswersFlip(whole, retest);
        }
        found.lookWhetherClassShows(fromOriginals, fromViews);
        found.findings.sort(Comparator.comparing(StepFinding::severity).reversed());
        return found.findings;
    }

    private void look(StepFigures figures) {
        if (figures.images() == 0) {
            return;
        }
        Integer step = figures.step();
        String what = name(figures);
        if (step != null && isFlip(augmentation.get(step))) {
            add(
                    MIRRORED,
                    labelsTellSides ? Severity.WARNING : Severity.NOTICE,
                    step,
                    what + " mirrors " + percent(figures.changed())
                            + (labelsTellSides
                                    ? " of the views, and labels name the side: these views show the other one."
                                    : " of the views. The plan says that this does not matter."),
                    "Look at its row of the contact sheet: where a heart, a liver or a marker has changed sides, leave the flip"
                            + " out.");
        }
        if (figures.hardlyChanged() >= HARDLY_CHANGED_FROM) {
            add(
                    HARDLY_CHANGED,
                    Severity.NOTICE,
                    step,
                    what + " changes " + percent(figures.hardlyChanged())
                            + " of the views by less than one grey level on the mean, or not at all.",
                    "It costs time and does next to nothing: strengthen it, carry it out more often, or leave it out.");
        }
        if (areTooFew(figures)) {
            return;
        }
        lookAtDamage(figures, whereCarriedOut(figures));
    }

    private void lookAtDamage(StepFigures figures, String what) {
        Integer step = figures.step();
        if (figures.lesionsLost() >= LESIONS_LOST_FROM) {
            add(
                    LESIONS_LOST,
                    severity(figures, figures.lesionsLost()),
                    step,
                    what + " lost " + percent(figures.lesionsLost()) + " of small lesions that were planted (radius "
                            + percent(PlantedLesion.RADIUS_SHARE) + " of the side, " + PlantedLesion.CONTRAST
                            + " grey levels): those views keep the label and not the finding.",
                    "Move, cut and paint over less, or blur and darken less.");
        }
        lookAtGreyValues(figures, what, stays(step));
        Double uncovered = figures.uncovered();
        if (uncovered != null && uncovered >= UNCOVERED_FROM) {
            add(
                    UNCOVERED,
                    Severity.NOTICE,
                    step,
                    what + " leaves " + percent(uncovered)
                            + " of a view black on the mean: none of the image is there.",
                    "Turn, move or shrink less.");
        }
    }

    private void lookAtGreyValues(StepFigures figures, String what, boolean stays) {
        if (stays && figures.newlyBlack() + figures.newlyWhite() >= CUT_FROM) {
            add(
                    GREY_VALUES_CUT,
                    severity(figures, figures.newlyBlack() + figures.newlyWhite()),
                    figures.step(),
                    what + " made " + percent(figures.newlyBlack()) + " of the pixels black and "
                            + percent(figures.newlyWhite()) + " white on the mean: what they showed is gone.",
                    "Take a smaller strength.");
        }
        Double similarity = figures.similarity();
        if (stays && similarity != null && similarity < SIMILAR_FROM) {
            add(
                    STRUCTURE_LOST,
                    severity(figures, 1),
                    figures.step(),
                    what + " leaves a structural similarity of " + number(similarity)
                            + " at the median (1 is unchanged).",
                    "Take a smaller strength, and look at the contact sheet for fine structures.");
        }
    }

    private static String name(StepFigures figures) {
        return figures.kind() == null ? "All augmentations together" : "'" + figures.kind() + "'";
    }

    /** The name, and where the figures of damage are taken, unless that is everywhere. */
    private String whereCarriedOut(StepFigures figures) {
        if (figures.step() != null) {
            double probability = augmentation.get(figures.step()).probability();
            return probability == 1
                    ? name(figures)
                    : name(figures) + ", where it is carried out (probability " + probability + "),";
        }
        return figures.changed() == 1
                ? name(figures)
                : name(figures) + ", in the " + percent(figures.changed()) + " of the views that they change,";
    }

    /**
     * Of damage.
     *
     * @param share of what a changed view shows that is gone
     */
    private Severity severity(StepFigures figures, double share) {
        Integer step = figures.step();
        boolean isRare = step == null
                ? figures.changed() * share < RARE_BELOW
                : augmentation.get(step).probability() < RARE_BELOW;
        return isRare ? Severity.NOTICE : Severity.WARNING;
    }

    /** Of all together, whose steps have been looked at by themselves. */
    private static boolean areTooFew(StepFigures figures) {
        Integer measured = figures.measured();
        return figures.step() == null && measured != null && measured < FEWEST_CHANGED;
    }

    private boolean stays(@Nullable Integer step) {
        return step == null
                ? augmentation.stream().allMatch(each -> AugmentationEffect.of(each) == AugmentationEffect.STAYS)
                : AugmentationEffect.of(augmentation.get(step)) == AugmentationEffect.STAYS;
    }

    private static boolean isFlip(Augmentation augmentation) {
        return augmentation instanceof Augmentation.HorizontalFlip || augmentation instanceof Augmentation.VerticalFlip;
    }

    private void lookWhetherToldApart(StepFigures whole) {
        Interval told = whole.told().interval();
        if (told != null && told.lower() > TOLD_ABOVE) {
            add(
                    TOLD_APART,
                    Severity.NOTICE,
                    null,
                    "A small model that knows brightness, sharpness and corners only tells views from images with a ROC AUC of "
                            + figure(whole.told(), told) + ". A training sees views, a prediction images.",
                    "Where it can be, let some images stay as they are (probability below 1), and leave less black at the"
                            + " edges.");
        }
    }

    private void lookWhetherClassShows(@Nullable Estimate fromOriginals, @Nullable Estimate fromViews) {
        Interval one = fromOriginals == null ? null : fromOriginals.interval();
        Interval other = fromViews == null ? null : fromViews.interval();
        if (fromOriginals != null && one != null && fromViews != null && other != null && other.lower() > one.upper()) {
            add(
                    CLASS_SHOWS_CHANGE,
                    Severity.WARNING,
                    null,
                    "A small model that knows brightness, sharpness and corners only tells the classes that are augmented from"
                            + " the others with a ROC AUC of " + figure(fromViews, other)
                            + "; by the images as they are, " + figure(fromOriginals, one) + ".",
                    "Augment all classes alike: a trace of the change becomes a sign of the class, which no image that is"
                            + " predicted has.");
        }
    }

    /** Where nobody was exposed twice, against what is a lot by any measure. */
    private void lookWhetherAnswersFlip(StepFigures figures, @Nullable Retest retest) {
        Estimate flips = figures.flips();
        Interval ofViews = flips == null ? null : flips.interval();
        if (flips == null || ofViews == null || figures.images() == 0 || areTooFew(figures)) {
            return;
        }
        Interval ofExposures = retest == null ? null : retest.flips().interval();
        if (ofViews.lower() <= (ofExposures == null ? MANY_FLIPS : ofExposures.upper())) {
            return;
        }
        add(
                ANSWERS_FLIP,
                severity(figures, 1),
                figures.step(),
                whereCarriedOut(figures)
                        + " changed the decision of the trained network on a share of "
                        + figure(flips, ofViews) + " of the views, "
                        + (retest == null || ofExposures == null
                                ? "and no training patient has two exposures to compare that with."
                                : "two exposures of one patient on one of " + figure(retest.flips(), ofExposures)
                                        + "."),
                "Either the change takes away what the decision rests on, or the network rests it on what ought not to matter:"
                        + " look at its rows of the contact sheet. In the first case change less; in the second train with it.");
    }

    private void add(
            StepFinding.Code code, Severity severity, @Nullable Integer step, String evidence, String suggestion) {
        findings.add(new StepFinding(code, severity, step, evidence, suggestion));
    }

    private static String figure(Estimate estimate, Interval interval) {
        return number(estimate.valueOr(0)) + " (" + number(interval.lower()) + " to " + number(interval.upper()) + ")";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
