package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitCertificate;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How long a cohort as large as a country's takes to split and to prove split: a million images, 100,000 patients, 14 labels. */
final class SplitTiming {
    private static final int IMAGES = 1_000_000;
    private static final int PATIENTS = 100_000;
    private static final int LABELS = 14;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final Cohort cohort;
    private final SplitSpec spec;

    private SplitTiming(String variant) {
        this.cohort = cohort();
        this.spec = switch (variant) {
            case "holdout" -> new SplitSpec.Holdout(0.7, 0.15, 0.15);
            case "kFold" -> SplitSpec.KFold.DEFAULT;
            default -> throw new IllegalArgumentException("there is no variant '" + variant + "'");
        };
    }

    /** Splits as often as it is told to, each time by another seed, prints the medians and writes the file that the options name. */
    static void run(Settings settings, PrintStream out) throws IOException {
        SplitTiming timing = new SplitTiming(settings.variant());
        double cohortMiB = Ours.peakMemoryMiB();
        List<double[]> rounds = new ArrayList<>();
        for (int round = 0; round < settings.repetitions(); round++) {
            double[] measured = timing.measure(round);
            rounds.add(measured);
            out.printf(
                    Locale.ROOT,
                    "  seed %d: ties %.2f s, split %.2f s, certificate %.2f s; largest deviation of a label's share %.5f%n",
                    round,
                    measured[0],
                    measured[1],
                    measured[2],
                    measured[3]);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("program", "split");
        figures.put("variant", settings.variant());
        figures.put("images", IMAGES);
        figures.put("patients", PATIENTS);
        figures.put("labels", LABELS);
        figures.put("secondsForTies", median(rounds, 0));
        figures.put("secondsForSplit", median(rounds, 1));
        figures.put("secondsForCertificate", median(rounds, 2));
        figures.put("greatestShareDeviation", median(rounds, 3));
        figures.put("peakMemoryMiBWithTheCohortAlone", cohortMiB);
        figures.put("peakMemoryMiB", Ours.peakMemoryMiB());
        out.printf(
                Locale.ROOT,
                "%s of %d images of %d patients with %d labels, medians: ties %.2f s, split %.2f s, certificate %.2f s;"
                        + " peak memory %.0f MiB, of which %.0f before the first split%n",
                settings.variant(),
                IMAGES,
                PATIENTS,
                LABELS,
                median(rounds, 0),
                median(rounds, 1),
                median(rounds, 2),
                Ours.peakMemoryMiB(),
                cohortMiB);
        Path json = settings.json();
        if (json != null) {
            Files.writeString(
                    json,
                    JsonMapper.builder()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .build()
                                    .writeValueAsString(figures)
                            + "\n");
        }
    }

    private double[] measure(long seed) {
        long begin = System.nanoTime();
        PatientTies ties = PatientTies.of(cohort, SplitRules.DEFAULT);
        long tied = System.nanoTime();
        Split split = PatientSplitter.split(cohort, spec, SplitRules.DEFAULT, ties, seed);
        long divided = System.nanoTime();
        SplitCertificate certificate = SplitCertificate.of(split, cohort, ties);
        long proven = System.nanoTime();
        return new double[] {
            (tied - begin) / NANOSECONDS_PER_SECOND,
            (divided - tied) / NANOSECONDS_PER_SECOND,
            (proven - divided) / NANOSECONDS_PER_SECOND,
            certificate.greatestShareDeviation()
        };
    }

    private static double median(List<double[]> rounds, int figure) {
        double[] sorted =
                rounds.stream().mapToDouble(round -> round[figure]).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** Patients have 1 to 19 images, labels are as rare as one in 500 and run in patients, and every thousandth image is a copy. */
    private static Cohort cohort() {
        SplittableRandom random = new SplittableRandom(11);
        List<String> classes = new ArrayList<>();
        double[] prevalences = new double[LABELS];
        for (int label = 0; label < LABELS; label++) {
            classes.add(String.format(Locale.ROOT, "finding %02d", label));
            prevalences[label] = 0.2 * Math.pow(0.7, label);
        }
        List<PatientId> patients = new ArrayList<>();
        double[][] leanings = new double[PATIENTS][LABELS];
        for (int patient = 0; patient < PATIENTS; patient++) {
            patients.add(new PatientId(String.format(Locale.ROOT, "P%06d", patient)));
            for (int label = 0; label < LABELS; label++) {
                leanings[patient][label] = random.nextDouble() < 2 * prevalences[label] ? 0.5 : 0;
            }
        }
        List<ImageRecord> images = new ArrayList<>(IMAGES);
        byte[] content = new byte[32];
        Digest last = null;
        for (int image = 0; image < IMAGES; image++) {
            // everybody has one, and the rest falls where it falls
            int patient = image < PATIENTS ? image : random.nextInt(PATIENTS);
            List<String> labels = new ArrayList<>();
            for (int label = 0; label < LABELS; label++) {
                if (random.nextDouble() < leanings[patient][label]) {
                    labels.add(classes.get(label));
                }
            }
            if (last == null || image % 1000 != 0) {
                random.nextBytes(content);
                last = new Digest(HexFormat.of().formatHex(content));
            }
            images.add(new ImageRecord(
                    String.format(Locale.ROOT, "films/%07d.png", image),
                    last,
                    patients.get(patient),
                    labels,
                    null,
                    null));
        }
        return new Cohort(Task.MULTILABEL, classes, PatientLabelRule.ANY_POSITIVE, images);
    }
}
