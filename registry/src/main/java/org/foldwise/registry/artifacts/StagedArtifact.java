package org.foldwise.registry.artifacts;

import java.io.OutputStream;

/**
 * An artifact on its way into the store. Nobody can open it before {@link #commit()}; closing it without commit discards it.
 * For one thread.
 */
public interface StagedArtifact extends AutoCloseable {
    /** Takes the bytes; the same stream each time. */
    OutputStream stream();

    /** How many bytes were written so far. */
    long size();

    /**
     * Makes the bytes durable under their digest, once and for all. When this returns, they survive a power cut.
     *
     * @throws IllegalStateException if it was committed or discarded before
     */
    ArtifactKey commit();

    /** Forgets the bytes. Does nothing after {@link #commit()} or a first call. */
    void discard();

    /** The same as {@link #discard()}. */
    @Override
    default void close() {
        discard();
    }
}
