package org.foldwise.learning.pretrained;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open checkpoint: a value, and the storages that its tensors lie in. */
interface CheckpointContent extends Closeable {
    /** The value that was saved. */
    PickleValue value() throws IOException;

    /**
     * All bytes of the storage of which {@code part} is a part, little-endian.
     *
     * @throws InvalidCheckpointException if there is no such storage, or it has another size
     */
    ByteBuffer root(PickleValue.Storage part) throws IOException;
}
