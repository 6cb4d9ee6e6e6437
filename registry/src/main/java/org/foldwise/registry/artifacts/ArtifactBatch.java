package org.foldwise.registry.artifacts;

/**
 * Artifacts on their way into the store of which none is visible before {@link #commit()}. All their bytes are on the medium by then,
 * so a medium that fills up meanwhile leaves nothing behind.
 */
public interface ArtifactBatch extends AutoCloseable {
    /** Takes one more artifact. For several threads at once. */
    ArtifactKey add(byte[] bytes);

    /**
     * Makes everything added durable and visible, once and for all. Nothing may be added meanwhile or later. Where the medium fails in
     * the middle, some artifacts may stay; nobody names them, and a later sweep finds them.
     */
    void commit();

    /** Forgets what was not committed. */
    @Override
    void close();
}
