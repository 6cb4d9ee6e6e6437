package org.foldwise.learning.provenance;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a trained model was made from, and what was found out on the way that its answers depend on. Weights are reproducible bit for
 * bit for equal values of all components but the reasons.
 *
 * @param dataset digest of the frozen dataset
 * @param split digest of the patient split
 * @param plan digest of the experiment's plan in its canonical JSON form
 * @param fold index of the fold that was trained, {@code -1} for the development fold
 * @param seed the plan's seed
 * @param pretrained the file of weights that the training began with; absent where it began with weights that were drawn
 * @param libraries versions by name: foldwise, djl, pytorch, java, kernels, a count of changes in how Foldwise computes networks, and
 *     images, one of changes in how it decodes images, which is absent of trainings from before it was kept
 * @param device the engine's name of the device, such as {@code cpu()}
 * @param threads number of threads inside one operation of the engine
 * @param precision what convolutions and linear layers were computed in while training: float32 or bfloat16
 * @param precisionReason why, in words
 * @param trainingPath by what the training was computed: kernels or blocks; absent of trainings from before there was a choice, all of
 *     which kernels computed
 * @param trainingPathReason why, in words; absent with it
 * @param predictionPrecision what the backbone is computed in whenever the model answers: float32 or bfloat16
 * @param predictionPrecisionReason why, in words
 * @param normalisation of samples, in the training and whenever the model answers
 * @param environments where the training was computed, in order, if it went on from a checkpoint elsewhere than it had begun; the last
 *     one is that of libraries, device and threads. Absent where it was all computed in that one, and of trainings from before it was
 *     recorded
 */
public record Provenance(
        Digest dataset,
        Digest split,
        Digest plan,
        int fold,
        long seed,
        @Nullable WeightsFile pretrained,
        SortedMap<String, String> libraries,
        String device,
        int threads,
        String precision,
        String precisionReason,
        @Nullable String trainingPath,
        @Nullable String trainingPathReason,
        String predictionPrecision,
        String predictionPrecisionReason,
        Normalisation normalisation,
        @Nullable List<Environment> environments) {
    /**
     * What is taken off samples on the scale from 0 to 1, and what they are divided by.
     *
     * @param mean one value a channel
     * @param std one value a channel
     */
    public record Normalisation(List<Double> mean, List<Double> std) {
        public Normalisation {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }
    }

    public Provenance {
        if (fold < -1) {
            throw new IllegalArgumentException("fold must be -1 or more, was " + fold);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be 1 or more, was " + threads);
        }
        libraries = Collections.unmodifiableSortedMap(new TreeMap<>(libraries));
        environments = environments == null ? null : List.copyOf(environments);
        if (environments != null && environments.size() < 2) {
            throw new IllegalArgumentException(
                    "environments must be absent, or 2 or more, were " + environments.size());
        }
    }

    /** Of a training that was all computed in one environment. */
    public Provenance(
            Digest dataset,
            Digest split,
            Digest plan,
            int fold,
            long seed,
            @Nullable WeightsFile pretrained,
            SortedMap<String, String> libraries,
            String device,
            int threads,
            String precision,
            String precisionReason,
            @Nullable String trainingPath,
            @Nullable String trainingPathReason,
            String predictionPrecision,
            String predictionPrecisionReason,
            Normalisation normalisation) {
        this(
                dataset,
                split,
                plan,
                fold,
                seed,
                pretrained,
                libraries,
                device,
                threads,
                precision,
                precisionReason,
                trainingPath,
                trainingPathReason,
                predictionPrecision,
                predictionPrecisionReason,
                normalisation,
                null);
    }
}
