package org.foldwise.registry.upload;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;

/** One file that was accepted into a draft dataset: an archive or a single image. */
@Entity
public class Upload extends Aggregate {
    private UUID datasetId;
    private String name;
    private String mediaType;
    private long sizeBytes;
    private Digest digest;
    private int images;
    private Instant createdAt;

    Upload() {}

    Upload(
            UUID id,
            UUID datasetId,
            String name,
            String mediaType,
            long sizeBytes,
            Digest digest,
            int images,
            Instant createdAt) {
        super(id);
        this.datasetId = datasetId;
        this.name = name;
        this.mediaType = mediaType;
        this.sizeBytes = sizeBytes;
        this.digest = digest;
        this.images = images;
        this.createdAt = createdAt;
    }

    public UUID datasetId() {
        return datasetId;
    }

    public String name() {
        return name;
    }

    public String mediaType() {
        return mediaType;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Of the file's bytes. */
    public Digest digest() {
        return digest;
    }

    /** How many images the file brought. */
    public int images() {
        return images;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
