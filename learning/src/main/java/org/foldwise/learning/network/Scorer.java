package org.foldwise.learning.network;

/** A network that answers with logits. Must be closed. */
public interface Scorer extends AutoCloseable {
    /**
     * Logits of a few inputs.
     *
     * @param inputs 1 or more, as the network is to see them
     * @return count x outputs, row-major
     */
    float[] logits(InputBatch<?> inputs);

    /** Frees the weights; nobody may be computing any more. */
    @Override
    void close();
}
