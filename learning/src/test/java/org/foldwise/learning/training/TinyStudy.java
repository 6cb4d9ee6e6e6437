package org.foldwise.learning.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.AnatomySpec;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.FreezeSpec;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.UpdateSpec;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/**
 * Twenty patients with two grey images of 32 x 32 each: stripes across for the positive class, upright ones for the negative,
 * under noise. Twelve patients train, four validate, two each are held out and locked away. Trains in seconds.
 */
public final class TinyStudy {
    public static final int SIZE = 32;
    private static final int PATIENTS = 20;

    private final Cohort cohort;
    private final Map<String, PixelImage> pixels = new HashMap<>();
    private final Fold fold;

    public TinyStudy() {
        List<ImageRecord> records = new ArrayList<>();
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(7);
        for (int patient = 0; patient < PATIENTS; patient++) {
            PatientId id = new PatientId(String.format("p%02d", patient));
            boolean positive = patient % 2 == 1;
            for (int film = 0; film < 2; film++) {
                String name = id + "/film" + film + ".png";
                pixels.put(name, stripes(positive, random));
                records.add(new ImageRecord(name, Digest.of(name), id, positive ? "sick" : "healthy", null, null));
            }
            roles.put(id, role(patient));
        }
        this.cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, records);
        this.fold = new Fold(0, roles);
    }

    private static Role role(int patient) {
        if (patient < 12) {
            return Role.TRAIN;
        }
        if (patient < 16) {
            return Role.VALIDATION;
        }
        return patient < 18 ? Role.HELD_OUT : Role.TEST;
    }

    private static PixelImage stripes(boolean across, SplittableRandom random) {
        byte[] samples = new byte[SIZE * SIZE];
        int phase = random.nextInt(8);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int position = (across ? y : x) + phase;
                samples[y * SIZE + x] = (byte) ((position / 4 % 2 == 0 ? 60 : 160) + random.nextInt(40));
            }
        }
        return PixelImage.of(SIZE, SIZE, 1, samples);
    }

    public Cohort cohort() {
        return cohort;
    }

    public Fold fold() {
        return fold;
    }

    public PixelImage pixelsOf(ImageRecord image) {
        PixelImage found = pixels.get(image.name());
        if (found == null) {
            throw new IllegalArgumentException(image.name());
        }
        return found;
    }

    /** The images of patients in that role, by name. */
    public List<ImageRecord> images(Role role) {
        return cohort.images().stream()
                .filter(image -> fold.roles().get(image.patient()) == role)
                .toList();
    }

    public TrainingTask task(ExperimentPlan plan) {
        return TrainingTask.of(plan, cohort, fold, this::pixelsOf);
    }

    /** A plan with everything in it that is random. */
    public static ExperimentPlan plan(int epochs) {
        return plan(epochs, 8, false, new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 50, 0));
    }

    /** The same with a frozen backbone: several times as fast, where a test is not about what is learned. */
    public static ExperimentPlan frozenPlan(int epochs) {
        return plan(epochs, 8, true, new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 50, 0));
    }

    public static ExperimentPlan plan(int epochs, int batchSize, boolean freezeBackbone, StoppingRule stopping) {
        return new ExperimentPlan(
                BackboneName.RESNET18,
                PretrainedSpec.NONE,
                new ImageSpec(SIZE, 1, ImageSpec.Aspect.LETTERBOX),
                AnatomySpec.DEFAULT,
                List.of(Augmentation.Rotation.DEFAULT),
                new SamplingSpec.Natural(),
                freezeBackbone ? FreezeSpec.BACKBONE : FreezeSpec.NONE,
                ExperimentPlan.DEFAULT.stageRates(),
                new HeadSpec(16, 0.2),
                LossSpec.BinaryCrossEntropy.DEFAULT,
                new OptimizerSpec.Adam(1e-3, 0.9, 0.999, 1e-8, 1e-5),
                new ScheduleSpec.Plateau(0.1, 3),
                WarmUpSpec.NONE,
                UpdateSpec.DEFAULT,
                0,
                epochs,
                batchSize,
                ExperimentPlan.DEFAULT.precision(),
                ExperimentPlan.DEFAULT.predictionPrecision(),
                stopping,
                42);
    }

    /** The same plan with other ways of learning. */
    public static ExperimentPlan with(
            ExperimentPlan plan,
            OptimizerSpec optimizer,
            ScheduleSpec schedule,
            WarmUpSpec warmUp,
            FreezeSpec freeze,
            List<Double> stageRates,
            UpdateSpec update,
            double clipNorm) {
        return new ExperimentPlan(
                plan.backbone(),
                plan.pretrained(),
                plan.image(),
                plan.anatomy(),
                plan.augmentation(),
                plan.sampling(),
                freeze,
                stageRates,
                plan.head(),
                plan.loss(),
                optimizer,
                schedule,
                warmUp,
                update,
                clipNorm,
                plan.epochs(),
                plan.batchSize(),
                plan.precision(),
                plan.predictionPrecision(),
                plan.stopping(),
                plan.seed());
    }
}
