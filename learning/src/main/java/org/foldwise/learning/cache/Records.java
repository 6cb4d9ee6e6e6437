package org.foldwise.learning.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.foldwise.learning.provenance.Digest;

/**
 * Records of the contents that were asked for, and of no others, in mapped memory: the system's page cache keeps what fits, the
 * Java heap holds an index. Immutable and safe for use by several threads; memory is given back by the garbage collector.
 */
public final class Records {
    private final Map<Digest, ByteBuffer> byContent;

    Records(Map<Digest, ByteBuffer> byContent) {
        this.byContent = Map.copyOf(byContent);
    }

    /**
     * The record of that content, little-endian, read-only, from position 0.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    public ByteBuffer of(Digest content) {
        ByteBuffer record = byContent.get(content);
        if (record == null) {
            throw new IllegalArgumentException("content " + content + " is not among the records that were asked for");
        }
        return record.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Number of records. */
    public int size() {
        return byContent.size();
    }
}
