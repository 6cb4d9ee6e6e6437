package org.foldwise.registry.upkeep;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Set;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactProperties;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes artifacts that were stored and never named by a row: weights of an attempt that was lost, manifests that were replaced,
 * uploads that failed at their very end. An artifact is stored before the row that names it is written, so young ones are left alone.
 */
@Component
public class ArtifactSweep {
    /** Every column that names an artifact, as table and column. */
    static final List<String> NAMES = List.of(
            "upload_image.digest",
            "dataset.manifest_digest",
            "dataset_image.digest",
            "imported_weight_set.digest",
            "run_artifact.digest",
            "ensemble_member.weights_digest",
            "evaluation.cases_digest",
            "augmentation_audit.sheet_digest",
            "model_version.bundle_digest");

    private static final String UNNAMED = "select a.digest from unnest(cast(? as text[])) a(digest) where "
            + NAMES.stream().map(ArtifactSweep::isNotIn).collect(joining(" and "));

    private final ArtifactStore artifacts;
    private final JdbcClient database;
    private final ArtifactProperties properties;

    ArtifactSweep(ArtifactStore artifacts, JdbcClient database, ArtifactProperties properties) {
        this.artifacts = artifacts;
        this.database = database;
        this.properties = properties;
    }

    /**
     * Deletes what is old enough; safe while others store and name artifacts, and while other processes sweep.
     *
     * @return how many artifacts were deleted
     */
    public int deleteUnnamed() {
        return artifacts.sweep(properties.sweepAge(), this::unnamed);
    }

    /**
     * Deletes what was staged and neither committed nor discarded.
     *
     * @return how many were deleted
     */
    public int deleteAbandoned() {
        return artifacts.sweep(properties.sweepAge());
    }

    /** Those of the artifacts that no row names. */
    public Set<ArtifactKey> unnamed(Set<ArtifactKey> candidates) {
        String[] digests = candidates.stream().map(key -> key.digest().hex()).toArray(String[]::new);
        return database.sql(UNNAMED).param(digests).query(String.class).list().stream()
                .map(digest -> new ArtifactKey(StoredDigest.of(digest)))
                .collect(toSet());
    }

    private static String isNotIn(String name) {
        String[] parts = name.split("\\.", 2);
        return "not exists (select from " + parts[0] + " where " + parts[1] + " = a.digest)";
    }
}
