package org.foldwise.registry.neighbourhood;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.inquiry.Inquiry;

/**
 * A search for the patients, among those that a network has learned from, nearest to the cases that an evaluation's error review names.
 * The report says among whom; the cases are {@link NeighbourhoodCases}.
 */
@Entity
public class Neighbourhood extends Inquiry {
    /** The most patients that can be looked for of each case. */
    public static final int MOST_NEIGHBOURS = 20;

    private UUID evaluationId;
    private int neighbours;

    Neighbourhood() {}

    Neighbourhood(UUID id, UUID evaluationId, int neighbours, Instant createdAt) {
        super(id, createdAt);
        if (neighbours < 1 || neighbours > MOST_NEIGHBOURS) {
            throw new IllegalArgumentException("neighbours must be 1 to " + MOST_NEIGHBOURS + ", was " + neighbours);
        }
        this.evaluationId = evaluationId;
        this.neighbours = neighbours;
    }

    /** The evaluation whose cases these are. */
    public UUID evaluationId() {
        return evaluationId;
    }

    /** How many patients are looked for of each case, 1 to {@value #MOST_NEIGHBOURS}. */
    public int neighbours() {
        requireAsWritten();
        return neighbours;
    }

    @Override
    protected RecordDigest asked(RecordDigest facts) {
        return facts.fact("evaluation", evaluationId).fact("neighbours", neighbours);
    }
}
