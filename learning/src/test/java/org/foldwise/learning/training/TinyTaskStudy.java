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
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/**
 * Thirty patients with two grey images of 32 x 32 each, under noise. Three exclusive classes: stripes across, upright stripes, none.
 * Or two labels by themselves: a bright band at the top, a bright band on the left. Eighteen patients train, twelve validate.
 */
public final class TinyTaskStudy {
    private static final int SIZE = TinyStudy.SIZE;
    private static final int PATIENTS = 30;

    private final Cohort cohort;
    private final Fold fold;
    private final Map<String, PixelImage> pixels = new HashMap<>();

    public TinyTaskStudy(Task task) {
        List<ImageRecord> records = new ArrayList<>();
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(11);
        for (int patient = 0; patient < PATIENTS; patient++) {
            PatientId id = new PatientId(String.format("p%02d", patient));
            for (int film = 0; film < 2; film++) {
                String name = id + "/film" + film + ".png";
                List<String> labels = task == Task.MULTICLASS ? exclusive(patient) : labels(patient);
                pixels.put(name, image(labels, random));
                records.add(new ImageRecord(name, Digest.of(name), id, labels, null, null));
            }
            roles.put(id, patient < 18 ? Role.TRAIN : Role.VALIDATION);
        }
        this.cohort = task == Task.MULTICLASS
                ? new Cohort(task, List.of("across", "plain", "upright"), PatientLabelRule.MAJORITY, records)
                : new Cohort(task, List.of("left", "top"), PatientLabelRule.ANY_POSITIVE, records);
        this.fold = new Fold(Fold.DEVELOPMENT, roles);
    }

    private static List<String> exclusive(int patient) {
        return List.of(List.of("across", "plain", "upright").get(patient % 3));
    }

    private static List<String> labels(int patient) {
        return switch (patient % 4) {
            case 0 -> List.of();
            case 1 -> List.of("left");
            case 2 -> List.of("top");
            default -> List.of("left", "top");
        };
    }

    private static PixelImage image(List<String> labels, SplittableRandom random) {
        byte[] samples = new byte[SIZE * SIZE];
        int phase = random.nextInt(8);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int grey = 60;
                grey += labels.contains("across") && (y + phase) / 4 % 2 == 0 ? 100 : 0;
                grey += labels.contains("upright") && (x + phase) / 4 % 2 == 0 ? 100 : 0;
                grey += labels.contains("top") && y < SIZE / 4 ? 80 : 0;
                grey += labels.contains("left") && x < SIZE / 4 ? 80 : 0;
                samples[y * SIZE + x] = (byte) (grey + random.nextInt(16));
            }
        }
        return PixelImage.of(SIZE, SIZE, 1, samples);
    }

    public Cohort cohort() {
        return cohort;
    }

    public List<ImageRecord> images(Role role) {
        return cohort.images().stream()
                .filter(image -> fold.roles().get(image.patient()) == role)
                .toList();
    }

    public PixelImage pixelsOf(ImageRecord image) {
        PixelImage found = pixels.get(image.name());
        if (found == null) {
            throw new IllegalArgumentException(image.name());
        }
        return found;
    }

    public TrainingTask task(ExperimentPlan plan) {
        return TrainingTask.of(plan, cohort, fold, this::pixelsOf);
    }

    /** The plan of {@link TinyStudy} with the task's loss and nothing that moves pixels. */
    public ExperimentPlan plan(int epochs) {
        ExperimentPlan plan =
                TinyStudy.plan(epochs, 8, false, new StoppingRule(StoppingRule.Metric.VALIDATION_ROC_AUC, 50, 0));
        return plan.withLoss(ExperimentPlan.defaultFor(cohort.task()).loss());
    }
}
