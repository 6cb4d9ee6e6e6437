package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Counted;

/**
 * Something about an experiment that is allowed and yet should be known before it starts.
 *
 * @param code stable, for programs
 * @param severity how much it matters
 * @param subject what it is about
 * @param pointer where in that, a JSON pointer
 * @param evidence what is said there and what follows from it
 * @param suggestion what can be done
 */
public record PlanFinding(
        Code code, Severity severity, Subject subject, String pointer, String evidence, String suggestion) {

    /** Something about the plan alone that matters as a warning does. */
    public PlanFinding(Code code, String pointer, String evidence, String suggestion) {
        this(code, Severity.WARNING, Subject.PLAN, pointer, evidence, suggestion);
    }

    /** How much a finding matters. */
    public enum Severity {
        /** To be known. */
        NOTICE,
        /** Results are likely to be worse, or to look better, than they are. */
        WARNING,
        /** Nothing starts without a reason, which is kept for ever. */
        BLOCKING
    }

    /** What a finding is about. */
    public enum Subject {
        /** The dataset. */
        DATASET,
        /** The split. */
        SPLIT,
        /** The plan. */
        PLAN,
        /** The procedure. */
        PROCEDURE
    }

    /** What was found. */
    public enum Code {
        /** Both the choice of images and the loss make up for unequal classes. */
        IMBALANCE_CORRECTED_TWICE,
        /** Probabilities belong to classes of other shares than they have. */
        CALIBRATION_SHIFTED,
        /** Stages are to be trained from an epoch on that never comes. */
        STAGE_NEVER_UNFROZEN,
        /** The learning rate is still rising when the training ends. */
        WARM_UP_NEVER_ENDS,
        /** The learning rate is to fall, or a wave of it to begin again, at an epoch that never comes. */
        SCHEDULE_NEVER_ACTS,
        /** A cosine is at its lowest rate before or after the training ends. */
        SCHEDULE_LENGTH_DIFFERS,
        /** Nothing but the head is trained, on a backbone that was drawn. */
        FROZEN_DRAWN_BACKBONE,
        /** The weights were trained on images of another size. */
        WEIGHTS_SIZE,
        /** The weights were trained on images of other channels. */
        WEIGHTS_COLOUR,
        /** The weights were trained on values of another scale. */
        WEIGHTS_NORMALISATION,
        /** The weights were trained on images that were resized otherwise. */
        WEIGHTS_INTERPOLATION,
        /** The dataset's own check found something, waived or not. */
        DATASET_FINDING,
        /** Patients have images of several labels. */
        PATIENTS_WITH_SEVERAL_LABELS,
        /** Days are known, and the split does not go by them. */
        DAYS_UNUSED,
        /** There are several sites, and the split does not go by them. */
        SITES_UNUSED,
        /** So few validation images that what is chosen on them is chosen by chance. */
        FEW_VALIDATION_CASES,
        /** So few test images that the test will say little. */
        FEW_TEST_CASES,
        /** So few held-out images that a fold's figure says little. */
        FEW_HELD_OUT_CASES,
        /** Nobody is locked away. */
        NO_TEST_SUBSET,
        /** The test subset's answers have been seen. */
        TEST_OPENED_BEFORE,
        /** Patients whom another split locks away are read. */
        LOCKED_PATIENTS_READ,
        /** Patients are on both sides of a cut. */
        PATIENTS_DROPPED,
        /** A class is not to be seen in some role, or nothing but it. */
        CLASS_ABSENT,
        /** A class has another share in some role than in the whole. */
        UNEQUAL_SHARES,
        /** Images of a role can be told from those that are trained on. */
        ROLES_DIFFER,
        /** Repeats of a cross-validation hold out together who was held out together before. */
        REPEATS_ALIKE,
        /** A cross-validation of few folds. */
        FEW_FOLDS,
        /** Images of different shapes are made square by stretching. */
        SHAPES_STRETCHED,
        /** Edges of images are cut off. */
        EDGES_CUT,
        /** Images are shrunk so much that small things are gone. */
        DETAIL_LOST,
        /** Images are enlarged. */
        IMAGES_ENLARGED,
        /** Heat maps have one cell, and so are blank. */
        ONE_CELL_MAPS,
        /** What is shown of an image's values is left to each file. */
        WINDOWS_OF_FILES,
        /** Hounsfield units are shown of images that may have none. */
        WINDOW_UNIT,
        /** Images have other channels than the network sees. */
        CHANNELS_DIFFER,
        /** Images are mirrored though left and right differ in what they show. */
        MIRRORED_ANATOMY,
        /** Images are changed in a way that does not suit what they show. */
        AUGMENTATION_UNSUITED,
        /** Only images of the smaller class are changed. */
        MINORITY_AUGMENTED,
        /** Classes are unequal, and nothing makes up for it. */
        IMBALANCE_IGNORED,
        /** Weights that are given do not balance the classes. */
        POSITIVE_WEIGHT_OFF,
        /** The same few images are shown again and again. */
        OVERSAMPLED_OFTEN,
        /** Few steps an epoch. */
        FEW_UPDATES,
        /** Weights are drawn, and there are few patients to learn from. */
        DRAWN_ON_FEW,
        /** All pretrained stages are changed at once at a high rate. */
        TUNED_AT_ONCE,
        /** A large network for few patients. */
        LARGE_NETWORK_FEW_PATIENTS,
        /** The training is never ended early. */
        STOPPING_NEVER_ACTS,
        /** The learning rate stays the same. */
        RATE_NEVER_CHANGES
    }

    /** In so many epochs no plateau is seen, however short the patience. */
    private static final int MOST_WITHOUT_PLATEAU = 3;

    /** All findings about a plan alone, in the order of its fields; what its pretrained weights ask for is known elsewhere. */
    public static List<PlanFinding> of(ExperimentPlan plan) {
        List<PlanFinding> findings = new ArrayList<>();
        if (plan.backbone().lastMapSide(plan.image().size()) == 1) {
            findings.add(notice(
                    Code.ONE_CELL_MAPS,
                    "/image/size",
                    "At an image.size of " + plan.image().size()
                            + " the last feature map of the backbone has one cell: heat maps, which say how places of an image"
                            + " compare, will all be blank.",
                    "Choose an image.size of 64 or more where anybody is to see what answers rest on; maps are finer the larger it"
                            + " is."));
        }
        if (!(plan.sampling() instanceof SamplingSpec.Natural)) {
            addSampling(plan, findings);
        }
        if (plan.pretrained().namesNone()
                && plan.freeze().stages() == BackboneName.STAGES
                && plan.freeze().unfreezeAt().isEmpty()) {
            findings.add(new PlanFinding(
                    Code.FROZEN_DRAWN_BACKBONE,
                    "/freeze",
                    "The whole backbone is frozen and its weights are drawn: only the head would learn, from features that"
                            + " mean nothing.",
                    "Name pretrained weights, or freeze fewer stages."));
        }
        List<Integer> never = plan.freeze().unfreezeAt().stream()
                .filter(epoch -> epoch >= plan.epochs())
                .toList();
        if (!never.isEmpty()) {
            findings.add(new PlanFinding(
                    Code.STAGE_NEVER_UNFROZEN,
                    "/freeze/unfreezeAt",
                    "Stages are to be trained from epoch " + never + " on, counted from 0, and the training ends after "
                            + Counted.of(plan.epochs(), "epoch") + ": they stay frozen.",
                    plan.epochs() == 1
                            ? "Train longer."
                            : "Name epochs below " + plan.epochs() + ", or train longer."));
        }
        if (plan.warmUp().epochs() >= plan.epochs()) {
            findings.add(new PlanFinding(
                    Code.WARM_UP_NEVER_ENDS,
                    "/warmUp/epochs",
                    "The learning rate rises for " + Counted.of(plan.warmUp().epochs(), "epoch")
                            + ", and the training ends after " + plan.epochs()
                            + ": it never reaches the optimizer's rate, and the schedule never begins.",
                    "Let the warm-up be shorter than the training; a few epochs are usual."));
        } else {
            addSchedule(plan.schedule(), plan.warmUp().epochsBehind(plan.epochs()), plan, findings);
        }
        return findings;
    }

    /** @param length epochs behind the warm-up */
    private static void addSchedule(
            ScheduleSpec schedule, int length, ExperimentPlan plan, List<PlanFinding> findings) {
        String end = ", and the training ends " + Counted.of(length, "epoch ", "epochs ")
                + (plan.warmUp().epochs() == 0 ? "after it began" : "behind its warm-up");
        String shorter = length > 1 ? "Name epochs below " + length + ", or train longer." : "Train longer.";
        if (schedule instanceof ScheduleSpec.Step step && step.every() >= length) {
            findings.add(notice(
                    Code.SCHEDULE_NEVER_ACTS,
                    "/schedule/every",
                    "The learning rate is to fall after every "
                            + (step.every() == 1 ? "epoch" : step.every() + " epochs") + end + ": it never falls.",
                    shorter));
        } else if (schedule instanceof ScheduleSpec.MultiStep multiStep) {
            List<Integer> never = multiStep.milestones().stream()
                    .filter(milestone -> milestone >= length)
                    .toList();
            if (!never.isEmpty()) {
                findings.add(notice(
                        Code.SCHEDULE_NEVER_ACTS,
                        "/schedule/milestones",
                        "The learning rate is to fall after " + (never.size() == 1 ? "epoch " : "epochs ") + never + end
                                + ": it does not fall there.",
                        shorter));
            }
        } else if (schedule instanceof ScheduleSpec.CosineRestarts restarts && restarts.epochs() >= length) {
            findings.add(notice(
                    Code.SCHEDULE_NEVER_ACTS,
                    "/schedule/epochs",
                    "The first wave of the learning rate lasts " + Counted.of(restarts.epochs(), "epoch") + end
                            + ": no other wave begins.",
                    shorter));
        } else if (schedule instanceof ScheduleSpec.Plateau plateau) {
            addPlateau(plateau, length, end, plan, findings);
        } else if (schedule instanceof ScheduleSpec.Cosine cosine && cosine.epochs() != length) {
            double highest = plan.optimizer().learningRate();
            long share = Math.round(100 * cosine.rate(highest, length - 1) / highest);
            findings.add(notice(
                    Code.SCHEDULE_LENGTH_DIFFERS,
                    "/schedule/epochs",
                    "The learning rate comes to its lowest in " + Counted.of(cosine.epochs(), "epoch") + end
                            + (cosine.epochs() > length
                                    ? ": its last epoch is trained on the way down"
                                    : ": the rate climbs again before its last epoch, which is trained")
                            + ", at " + share + " % of the optimizer's rate.",
                    "Set schedule.epochs to " + length + ", or leave it out."));
        }
    }

    /** The first epoch is the best so far, so the rate falls at the earliest after two epochs more than its patience has. */
    private static void addPlateau(
            ScheduleSpec.Plateau plateau, int length, String end, ExperimentPlan plan, List<PlanFinding> findings) {
        String patience = "The learning rate is to fall after more than " + Counted.of(plateau.patience(), "epoch")
                + " in a row without improvement";
        double highest = plan.optimizer().learningRate();
        double least = ScheduleSpec.Plateau.LEAST_CHANGE;
        if (highest - plateau.factor() * highest <= least) {
            boolean rate = highest - ScheduleSpec.Plateau.DEFAULT.factor() * highest <= least;
            findings.add(notice(
                    Code.SCHEDULE_NEVER_ACTS,
                    rate ? "/optimizer/learningRate" : "/schedule/factor",
                    "The learning rate begins at " + highest + ", and " + plateau.factor()
                            + " times that is less by no more than " + least
                            + ", which the schedule takes for no change: it never falls.",
                    rate
                            ? "Begin with a higher rate, such as the usual one of the optimizer."
                            : "Choose a smaller schedule.factor, such as " + ScheduleSpec.Plateau.DEFAULT.factor()
                                    + "."));
        } else if (highest - plateau.lowestRate() <= least) {
            findings.add(notice(
                    Code.SCHEDULE_NEVER_ACTS,
                    "/schedule/lowestRate",
                    "The learning rate does not fall below " + plateau.lowestRate() + ", and begins at " + highest
                            + ": it never falls.",
                    "Name a lowestRate far below the optimizer's rate, such as 0."));
        } else if (plateau.patience() + 2 >= length) {
            findings.add(notice(
                    Code.SCHEDULE_NEVER_ACTS,
                    "/schedule/patience",
                    patience + end + ": it never falls.",
                    length > MOST_WITHOUT_PLATEAU
                            ? "Set schedule.patience to " + (length - MOST_WITHOUT_PLATEAU)
                                    + " or less, or train longer."
                            : "Train longer."));
        } else if (plateau.metric() == plan.stopping().metric()
                && plateau.patience() + 1 >= plan.stopping().patience()) {
            findings.add(notice(
                    Code.SCHEDULE_NEVER_ACTS,
                    "/schedule/patience",
                    patience + ", and the training ends after "
                            + Counted.of(plan.stopping().patience(), "epoch")
                            + " without: it ends first, unless improvements are too small for the schedule alone.",
                    "Let stopping.patience be longer than schedule.patience by 2 or more."));
        }
    }

    private static PlanFinding notice(Code code, String pointer, String evidence, String suggestion) {
        return new PlanFinding(code, Severity.NOTICE, Subject.PLAN, pointer, evidence, suggestion);
    }

    private static void addSampling(ExperimentPlan plan, List<PlanFinding> findings) {
        if (plan.loss().weighsClasses()) {
            findings.add(new PlanFinding(
                    Code.IMBALANCE_CORRECTED_TWICE,
                    "/sampling",
                    "The sampling evens the classes out, and the loss weighs them once more as if it had not: one of them"
                            + " counts for too much.",
                    "Set loss.positiveWeight or loss.classWeights to none (alpha -1 or 0.5 in a focal loss), or leave sampling"
                            + " natural."));
        }
        findings.add(new PlanFinding(
                Code.CALIBRATION_SHIFTED,
                Severity.NOTICE,
                Subject.PLAN,
                "/sampling",
                "The network sees the classes in other shares than they have, and its probabilities are right for those"
                        + " shares only. The order of the images, and so the ROC AUC, does not suffer.",
                "Choose the threshold on validation patients, who are never resampled, and do not read the probabilities as"
                        + " risks before they are corrected for the shares."));
    }
}
