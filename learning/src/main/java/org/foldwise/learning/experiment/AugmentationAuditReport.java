package org.foldwise.learning.experiment;

import java.util.List;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.quality.Finding.Severity;
import org.jspecify.annotations.Nullable;

/**
 * What a plan's augmentations make of training images. A program can measure how much they change and what they destroy; whether what is
 * left is an image that a scanner could make and that shows what its label says, a person decides, by the contact sheet.
 *
 * @param images training images that were looked at, the classes in equal shares as far as there are as many
 * @param patients whose images those are
 * @param patientsLeftOut patients of other roles: none of their images was looked at
 * @param views of each image and step
 * @param steps each augmentation by itself, in the order of the plan
 * @param whole all of them one after the other, as a training sees it; absent where the plan has none
 * @param classFromOriginals how well a small model tells classes that augmentations are meant for from the others, by the appearance
 *     of the images as they are; absent unless some augmentation is for the classes with fewer images only
 * @param classFromViews the same by the appearance of the views
 * @param retest how often a trained network decides otherwise about two images of one patient that show the same; absent where no
 *     network was looked at
 * @param findings what a person should know, the most severe first
 * @param sheet what the contact sheet shows, row by row
 */
public record AugmentationAuditReport(
        int images,
        int patients,
        int patientsLeftOut,
        int views,
        List<StepFigures> steps,
        @Nullable StepFigures whole,
        @Nullable Estimate classFromOriginals,
        @Nullable Estimate classFromViews,
        @Nullable Retest retest,
        List<StepFinding> findings,
        List<SheetRow> sheet) {
    public AugmentationAuditReport {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
        sheet = List.copyOf(sheet);
    }

    /**
     * Figures of one augmentation, or of all of them. Shares are in [0, 1], grey values 0 to 255.
     *
     * @param step index in the plan; absent for all of them
     * @param kind of the augmentation, as in the plan; absent for all of them
     * @param classes whose images are changed
     * @param images that it may change
     * @param changed share of the views of the plan's own draws that differ from their image at all
     * @param hardlyChanged share of these views whose pixels differ by less than 1 on the mean
     * @param measured number of views that all other figures but {@code told} are over: of one augmentation all views, in each of which it
     *     is carried out, whatever its probability; of all of them the views of the plan's own draws that are changed. Absent in reports
     *     that were stored before figures were told apart so: theirs are over all views of the plan's own draws
     * @param brightnessShift how far a view's mean grey value is from its image's, on the mean
     * @param largestBrightnessShift the same at the 95th percentile
     * @param newlyBlack share of pixels that are 0 and were not, on the mean
     * @param newlyWhite share of pixels that are 255 and were not, on the mean
     * @param uncovered share of the view that lies outside the image, on the mean; absent for augmentations that move nothing
     * @param similarity structural similarity of view and image, the median, in [-1, 1], 1 for no change; a move alone lowers it, so that
     *     it tells of lost structure only where nothing is moved. Absent where no view was measured
     * @param lesionsLost share of planted lesions that a view has lost
     * @param told how well a small model tells views of the plan's own draws from images by their appearance: the area under the ROC curve with an interval by
     *     patient; undefined with too few patients, or where nothing differs
     * @param flips share of views about which a trained network decides otherwise than about their image, with an interval by patient;
     *     absent where no network was looked at
     */
    public record StepFigures(
            @Nullable Integer step,
            @Nullable String kind,
            AugmentedClasses classes,
            int images,
            double changed,
            double hardlyChanged,
            @Nullable Integer measured,
            double brightnessShift,
            double largestBrightnessShift,
            double newlyBlack,
            double newlyWhite,
            @Nullable Double uncovered,
            @Nullable Double similarity,
            double lesionsLost,
            Estimate told,
            @Nullable Estimate flips) {}

    /**
     * What exposures of one patient differ by.
     *
     * @param patients of whom there are two images that show the same and are not copies, within 30 days where days are known
     * @param flips share of these patients about whose two images a trained network decides otherwise
     */
    public record Retest(int patients, Estimate flips) {}

    /**
     * Something that a person should know.
     *
     * @param code stable, for programs
     * @param step index of the augmentation in the plan; absent where it is about all of them
     * @param evidence what was found, in figures
     * @param suggestion what can be done
     */
    public record StepFinding(
            Code code, Severity severity, @Nullable Integer step, String evidence, String suggestion) {
        /** What was found. */
        public enum Code {
            /** The plan changes nothing. */
            NO_AUGMENTATION,
            /** Images are mirrored. */
            MIRRORED,
            /** Small lesions vanish. */
            LESIONS_LOST,
            /** Grey values are cut off at black or white. */
            GREY_VALUES_CUT,
            /** A large part of the view is none of the image. */
            UNCOVERED,
            /** Structures are blurred, drowned or painted over. */
            STRUCTURE_LOST,
            /** Views are easily told from images, and predictions see images only. */
            TOLD_APART,
            /** Only some classes are changed, and the change shows. */
            CLASS_SHOWS_CHANGE,
            /** Next to nothing happens. */
            HARDLY_CHANGED,
            /** A trained network changes its mind more often than between two exposures of one patient. */
            ANSWERS_FLIP
        }
    }

    /**
     * A row of the contact sheet: an image as it is, then its views in epoch 0, 1, ...
     *
     * @param label the class that the image shows; of several labels one of them
     * @param step index of the augmentation, which is carried out in each view of the row, whatever its probability; absent for all of
     *     them, with the plan's own draws
     */
    public record SheetRow(String label, @Nullable Integer step) {}
}
