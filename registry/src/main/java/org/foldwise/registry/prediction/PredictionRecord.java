package org.foldwise.registry.prediction;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** What a model version answered. It never changes. */
@Entity
@Table(name = "prediction")
public class PredictionRecord extends Aggregate {
    private UUID modelVersionId;
    private Digest inputDigest;
    private String inputFingerprint;
    private @Nullable Double probability;
    private @Nullable Double threshold;
    private @Nullable Boolean decision;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private @Nullable List<Double> probabilities;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private @Nullable List<String> decided;

    private double milliseconds;
    private Instant createdAt;

    PredictionRecord() {}

    /**
     * An answer to a binary question.
     *
     * @param inputDigest of the image file's bytes
     * @param inputFingerprint of the pixels that the network saw
     * @param probability of the positive class, in [0, 1]
     * @param threshold the version's frozen threshold; the decision is positive from there on
     * @param milliseconds from the whole file to the answer
     */
    public PredictionRecord(
            UUID id,
            UUID modelVersionId,
            Digest inputDigest,
            String inputFingerprint,
            double probability,
            double threshold,
            double milliseconds,
            Instant createdAt) {
        super(id);
        this.modelVersionId = modelVersionId;
        this.inputDigest = inputDigest;
        this.inputFingerprint = inputFingerprint;
        this.probability = probability;
        this.threshold = threshold;
        this.decision = probability >= threshold;
        this.milliseconds = milliseconds;
        this.createdAt = createdAt;
    }

    /**
     * An answer to a question of several classes, or of labels.
     *
     * @param inputDigest of the image file's bytes
     * @param inputFingerprint of the pixels that the network saw
     * @param probabilities of each class, in the model's order, each in [0, 1]
     * @param decided the classes that were decided for
     * @param milliseconds from the whole file to the answer
     */
    public PredictionRecord(
            UUID id,
            UUID modelVersionId,
            Digest inputDigest,
            String inputFingerprint,
            List<Double> probabilities,
            List<String> decided,
            double milliseconds,
            Instant createdAt) {
        super(id);
        this.modelVersionId = modelVersionId;
        this.inputDigest = inputDigest;
        this.inputFingerprint = inputFingerprint;
        this.probabilities = List.copyOf(probabilities);
        this.decided = List.copyOf(decided);
        this.milliseconds = milliseconds;
        this.createdAt = createdAt;
    }

    public UUID modelVersionId() {
        return modelVersionId;
    }

    public Digest inputDigest() {
        return inputDigest;
    }

    public String inputFingerprint() {
        return inputFingerprint;
    }

    /** Of a binary question: that of the positive class; absent otherwise. */
    public @Nullable Double probability() {
        return probability;
    }

    /** Absent but for a binary question. */
    public @Nullable Double threshold() {
        return threshold;
    }

    /** Whether the answer was positive; absent but for a binary question. */
    public @Nullable Boolean decision() {
        return decision;
    }

    /** Of each class, in the model's order; absent for a binary question. */
    public @Nullable List<Double> probabilities() {
        return probabilities == null ? null : List.copyOf(probabilities);
    }

    /** The classes that were decided for; absent for a binary question. */
    public @Nullable List<String> decided() {
        return decided == null ? null : List.copyOf(decided);
    }

    public double milliseconds() {
        return milliseconds;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
