package org.foldwise.registry.weights;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A file of weights under the name by which plans ask for it. Never changes; goes only while no experiment begins with it. */
@Entity
public class ImportedWeightSet extends Aggregate {
    private String name;
    private BackboneName backbone;
    private short channels;
    private String fileName;
    private Digest digest;
    private long sizeBytes;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<String> ignored;

    @JdbcTypeCode(SqlTypes.JSON)
    private Map<String, String> mapping;

    private UUID importedBy;
    private Instant createdAt;

    ImportedWeightSet() {}

    ImportedWeightSet(UUID id, Description description, UUID importedBy, Instant createdAt) {
        super(id);
        this.name = description.name();
        this.backbone = description.backbone();
        this.channels = (short) description.channels();
        this.fileName = description.fileName();
        this.digest = description.file().digest();
        this.sizeBytes = description.sizeBytes();
        this.ignored = description.ignored();
        this.mapping = description.mapping();
        this.importedBy = importedBy;
        this.createdAt = createdAt;
    }

    /**
     * What weights are, as whoever has read them knows.
     *
     * @param name by which plans ask for them
     * @param channels of the images that they are for, 1 or 3
     * @param fileName what the file was called
     * @param file the bytes as they came
     * @param ignored names of tensors in the file that the backbone does not have and that are passed over
     * @param mapping with what names of tensors begin, by what those in the file begin with
     */
    public record Description(
            String name,
            BackboneName backbone,
            int channels,
            String fileName,
            ArtifactKey file,
            long sizeBytes,
            List<String> ignored,
            Map<String, String> mapping) {
        public Description {
            ignored = List.copyOf(ignored);
            mapping = Map.copyOf(mapping);
            if (channels != 1 && channels != 3) {
                throw new IllegalArgumentException("channels must be 1 or 3, was " + channels);
            }
        }
    }

    public String name() {
        return name;
    }

    public BackboneName backbone() {
        return backbone;
    }

    /** Of the images that the weights are for, 1 or 3. */
    public int channels() {
        return channels;
    }

    /** What the file was called. */
    public String fileName() {
        return fileName;
    }

    /** The file as it came. */
    public ArtifactKey file() {
        return new ArtifactKey(digest);
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Names of tensors in the file that the backbone does not have and that are passed over. */
    public List<String> ignored() {
        return List.copyOf(ignored);
    }

    /** With what names of tensors begin, by what those in the file begin with; empty where the file has torchvision's names. */
    public Map<String, String> mapping() {
        return Map.copyOf(mapping);
    }

    /** The API key of whoever has imported it. */
    public UUID importedBy() {
        return importedBy;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
