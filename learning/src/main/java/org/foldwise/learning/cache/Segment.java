package org.foldwise.learning.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.provenance.Digest;

/**
 * A file of records that never changes once it has its name: a header, for each record its content's digest and the digest of its
 * bytes, the digest of all that, and the records. Nothing is read from it that its digest does not vouch for.
 */
final class Segment {
    private static final long MAGIC = 0x3145484341435746L; // the bytes of "FWCACHE1"
    private static final int DIGEST_BYTES = 32;
    private static final int HEADER_BYTES = Long.BYTES + 2 * Integer.BYTES;
    private static final int ENTRY_BYTES = 2 * DIGEST_BYTES;
    /** Records begin at a multiple of this, so that numbers in them are aligned. */
    private static final int ALIGNMENT = 64;

    private final int recordBytes;
    private final ByteBuffer mapped;
    private final Map<Digest, Integer> positions;

    private Segment(int recordBytes, ByteBuffer mapped, Map<Digest, Integer> positions) {
        this.recordBytes = recordBytes;
        this.mapped = mapped;
        this.positions = positions;
    }

    /** Bytes of a file of so many records. */
    static long fileBytes(Shelf shelf, int count) {
        return fileBytes(shelf.recordBytes(), count);
    }

    private static long fileBytes(int recordBytes, int count) {
        return recordsStart(count) + (long) count * recordBytes;
    }

    /** Where the records begin. */
    static int recordsStart(int count) {
        int index = HEADER_BYTES + Math.multiplyExact(count, ENTRY_BYTES) + DIGEST_BYTES;
        return Math.multiplyExact((index + ALIGNMENT - 1) / ALIGNMENT, ALIGNMENT);
    }

    /**
     * What stands before the records.
     *
     * @param contents what the records were made from, in their order
     * @param digests of the records, in the same order
     */
    static ByteBuffer head(Shelf shelf, List<Digest> contents, List<byte[]> digests) {
        ByteBuffer head = ByteBuffer.allocate(recordsStart(contents.size())).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(MAGIC).putInt(shelf.recordBytes()).putInt(contents.size());
        for (int i = 0; i < contents.size(); i++) {
            head.put(HexFormat.of().parseHex(contents.get(i).hex())).put(digests.get(i));
        }
        MessageDigest sha256 = Digest.newMessageDigest();
        sha256.update(head.array(), 0, head.position());
        head.put(sha256.digest());
        return head.rewind();
    }

    /** What vouches for a record: it binds the bytes to their content. */
    static byte[] digestOf(Digest content, ByteBuffer record) {
        MessageDigest sha256 = Digest.newMessageDigest();
        sha256.update(HexFormat.of().parseHex(content.hex()));
        sha256.update(record.duplicate());
        return sha256.digest();
    }

    /**
     * Opens a file and believes its length and its index only after having looked.
     *
     * @throws DamagedSegmentException if it is not whole
     */
    static Segment open(Path file, Shelf shelf) throws IOException {
        return open(file, shelf.recordBytes());
    }

    private static Segment open(Path file, int expectedBytes) throws IOException {
        ByteBuffer mapped;
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ))) {
            long size = channel.size();
            if (size < recordsStart(0) || size > Integer.MAX_VALUE) {
                throw new DamagedSegmentException("it has " + size + " bytes");
            }
            mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        }
        long magic = mapped.getLong();
        int recordBytes = mapped.getInt();
        int count = mapped.getInt();
        if (magic != MAGIC || recordBytes != expectedBytes || count < 1) {
            throw new DamagedSegmentException("its header is not one of this shelf");
        }
        if (count > mapped.capacity() / ENTRY_BYTES || fileBytes(expectedBytes, count) != mapped.capacity()) {
            throw new DamagedSegmentException(
                    "it should hold " + count + " records and has " + mapped.capacity() + " bytes");
        }
        int indexEnd = HEADER_BYTES + count * ENTRY_BYTES;
        MessageDigest sha256 = Digest.newMessageDigest();
        sha256.update(mapped.slice(0, indexEnd));
        if (!mapped.slice(indexEnd, DIGEST_BYTES).equals(ByteBuffer.wrap(sha256.digest()))) {
            throw new DamagedSegmentException("its index is damaged");
        }
        Map<Digest, Integer> positions = new LinkedHashMap<>();
        byte[] content = new byte[DIGEST_BYTES];
        for (int i = 0; i < count; i++) {
            mapped.get(HEADER_BYTES + i * ENTRY_BYTES, content);
            positions.put(new Digest(HexFormat.of().formatHex(content)), i);
        }
        return new Segment(expectedBytes, mapped, positions);
    }

    /**
     * The contents that a file of any shelf has records of.
     *
     * @throws DamagedSegmentException if it is not whole
     */
    static Set<Digest> contentsOf(Path file) throws IOException {
        int recordBytes;
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ))) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // until the header is there, or the file ends
            }
            recordBytes = header.hasRemaining() ? 0 : header.getInt(Long.BYTES);
        }
        if (recordBytes < 1 || recordBytes > Shelf.LARGEST_RECORD) {
            throw new DamagedSegmentException("its header is none");
        }
        return open(file, recordBytes).contents();
    }

    /** The contents it has records of. */
    Set<Digest> contents() {
        return positions.keySet();
    }

    /**
     * The record of one of its contents.
     *
     * @throws DamagedSegmentException if its bytes are not those that were written
     */
    ByteBuffer record(Digest content) throws DamagedSegmentException {
        int position = positions.getOrDefault(content, -1);
        int start = recordsStart(positions.size());
        ByteBuffer record = mapped.slice(start + position * recordBytes, recordBytes);
        ByteBuffer promised = mapped.slice(HEADER_BYTES + position * ENTRY_BYTES + DIGEST_BYTES, DIGEST_BYTES);
        if (!promised.equals(ByteBuffer.wrap(digestOf(content, record)))) {
            throw new DamagedSegmentException("a record is damaged");
        }
        return record;
    }
}
