package org.foldwise.registry.run;

import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.artifacts.ArtifactKey;

/**
 * A run of which an ensemble is made.
 *
 * @param run the training
 * @param weights digest of its weights, which the ensemble answers by whatever becomes of the run
 */
public record EnsembleMember(UUID run, Digest weights) {
    /** The artifact with its weights. */
    public ArtifactKey artifact() {
        return new ArtifactKey(weights);
    }
}
