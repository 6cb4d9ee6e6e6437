package org.foldwise.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Keeps contents under their digest. Safe for use by several threads and processes at once. Every method throws
 * {@link UncheckedIOException} when the medium behind the store fails.
 */
public interface ArtifactStore {
    /** Begins a new artifact. The caller commits, discards or closes it. */
    StagedArtifact stage();

    /** Begins artifacts that come into being together. The caller commits and closes the batch. */
    ArtifactBatch batch();

    /**
     * Opens an artifact; the caller closes it. The digest is computed while the bytes are read: the read that reaches the end
     * throws {@link CorruptArtifactException} when they are not those that were stored. Who stops earlier was told nothing.
     *
     * @throws MissingArtifactException if there is none
     */
    InputStream open(ArtifactKey key);

    /**
     * The size of an artifact in bytes.
     *
     * @throws MissingArtifactException if there is none
     */
    long size(ArtifactKey key);

    /** Whether there is such an artifact. Its bytes are not looked at. */
    boolean exists(ArtifactKey key);

    /**
     * Deletes an artifact and says whether there was one. Only who knows that no row names it may do so.
     */
    boolean delete(ArtifactKey key);

    /**
     * Deletes what was staged longer than {@code age} ago and neither committed nor discarded, which a killed process leaves.
     *
     * @return how many were deleted
     */
    int sweep(Duration age);

    /**
     * Deletes artifacts that nobody names and that were stored, or stored again, longer than {@code age} ago. What is stored again
     * while this runs stays. Choose an age longer than it ever takes from storing an artifact to writing the row that names it.
     *
     * @param unnamed is shown the old artifacts, in portions, and answers with those among them that no row names
     * @return how many were deleted
     */
    int sweep(Duration age, UnaryOperator<Set<ArtifactKey>> unnamed);

    /** Stores {@code bytes} whole. */
    default ArtifactKey put(byte[] bytes) {
        try (StagedArtifact staged = stage()) {
            staged.stream().write(bytes);
            return staged.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads an artifact whole, and verified.
     *
     * @throws MissingArtifactException if there is none
     * @throws CorruptArtifactException if the bytes are not those that were stored
     */
    default byte[] read(ArtifactKey key) throws CorruptArtifactException {
        try (InputStream bytes = open(key)) {
            return bytes.readAllBytes();
        } catch (CorruptArtifactException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads an artifact through and keeps nothing of it: for who passes it on in parts, and could take nothing back once its end shows that
     * it is damaged.
     *
     * @throws MissingArtifactException if there is none
     * @throws CorruptArtifactException if the bytes are not those that were stored
     */
    default void verify(ArtifactKey key) throws CorruptArtifactException {
        try (InputStream bytes = open(key)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        } catch (CorruptArtifactException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
