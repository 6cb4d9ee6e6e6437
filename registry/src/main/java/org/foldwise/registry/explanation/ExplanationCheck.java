package org.foldwise.registry.explanation;

import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.inquiry.Inquiry;
import org.jspecify.annotations.Nullable;

/** A check of the maps that explain an evaluation's answers, on a sample of its images. */
@Entity
public class ExplanationCheck extends Inquiry {
    /** With fewer images the figures say nothing. */
    public static final int FEWEST_IMAGES = 4;

    /** Each image is answered some 70 times. */
    public static final int MOST_IMAGES = 200;

    private UUID evaluationId;
    private int images;
    private @Nullable String explainedClass;

    @Embedded
    private @Nullable HeatRegion region;

    ExplanationCheck() {}

    ExplanationCheck(
            UUID id,
            UUID evaluationId,
            int images,
            @Nullable String explainedClass,
            @Nullable HeatRegion region,
            Instant createdAt) {
        super(id, createdAt);
        if (images < FEWEST_IMAGES || images > MOST_IMAGES) {
            throw new IllegalArgumentException(
                    "images must be " + FEWEST_IMAGES + " to " + MOST_IMAGES + ", was " + images);
        }
        this.evaluationId = evaluationId;
        this.images = images;
        this.explainedClass = explainedClass;
        this.region = region;
    }

    /** The evaluation whose answers are explained. */
    public UUID evaluationId() {
        return evaluationId;
    }

    /** How many images at most, {@value #FEWEST_IMAGES} to {@value #MOST_IMAGES}. */
    public int images() {
        requireAsWritten();
        return images;
    }

    /** The class that maps speak for; absent where it is the one that the model called. */
    public @Nullable String explainedClass() {
        requireAsWritten();
        return explainedClass;
    }

    /** A rectangle whose share of the heat is asked for. */
    public @Nullable HeatRegion region() {
        requireAsWritten();
        return region;
    }

    @Override
    protected RecordDigest asked(RecordDigest facts) {
        facts.fact("evaluation", evaluationId).fact("images", images).fact("explainedClass", explainedClass);
        return region == null
                ? facts
                : facts.number("left", region.left())
                        .number("top", region.top())
                        .number("right", region.right())
                        .number("bottom", region.bottom());
    }
}
