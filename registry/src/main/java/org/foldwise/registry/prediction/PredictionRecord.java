package org.foldwise.registry.prediction;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;

/** What a model version answered. It never changes. */
@Entity
@Table(name = "prediction")
public class PredictionRecord extends Aggregate {
    private UUID modelVersionId;
    private Digest inputDigest;
    private String inputFingerprint;
    private double probability;
    private double threshold;
    private boolean decision;
    private double milliseconds;
    private Instant createdAt;

    PredictionRecord() {}

    /**
     * An answer.
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

    public UUID modelVersionId() {
        return modelVersionId;
    }

    public Digest inputDigest() {
        return inputDigest;
    }

    public String inputFingerprint() {
        return inputFingerprint;
    }

    public double probability() {
        return probability;
    }

    public double threshold() {
        return threshold;
    }

    /** Whether the answer was positive. */
    public boolean decision() {
        return decision;
    }

    public double milliseconds() {
        return milliseconds;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
