package org.foldwise.learning.cache;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A segment being written. Nobody else sees it before it is whole; what is given up leaves nothing. Records may be put by several
 * threads at once.
 */
final class Draft implements RecordCache.Sink, AutoCloseable {
    /** Marks what is not finished; a killed process leaves it behind. */
    static final String SUFFIX = ".draft";

    private final Shelf shelf;
    private final List<Digest> contents;
    private final Map<Digest, Integer> positions = new HashMap<>();
    private final AtomicReferenceArray<byte @Nullable []> digests;
    private final Path file;
    private final FileChannel channel;

    private Draft(Shelf shelf, List<Digest> contents, Path file, FileChannel channel) {
        this.shelf = shelf;
        this.contents = contents;
        this.digests = new AtomicReferenceArray<>(contents.size());
        this.file = file;
        this.channel = channel;
        contents.forEach(content -> positions.put(content, positions.size()));
    }

    /** An empty draft for the records of these different contents. */
    static Draft begin(Path folder, Shelf shelf, List<Digest> contents) throws IOException {
        Path file = Files.createTempFile(folder, "", SUFFIX);
        return new Draft(shelf, contents, file, FileChannel.open(file, READ, WRITE));
    }

    @Override
    public void put(Digest content, ByteBuffer record) {
        Integer position = positions.get(content);
        if (position == null) {
            throw new IllegalArgumentException("a record of " + content + " was not asked for");
        }
        if (record.remaining() != shelf.recordBytes()) {
            throw new IllegalArgumentException(
                    "a record has " + shelf.recordBytes() + " bytes, was given " + record.remaining());
        }
        digests.set(position, Segment.digestOf(content, record));
        long start = Segment.recordsStart(contents.size()) + (long) position * shelf.recordBytes();
        try {
            write(record.duplicate(), start);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(ByteBuffer bytes, long start) throws IOException {
        long position = start;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /**
     * Gives the finished file its name, from which on other processes find it.
     *
     * @throws IllegalStateException if a record is missing
     */
    Path commit() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            byte[] digest = digests.get(i);
            if (digest == null) {
                throw new IllegalStateException("the record of " + contents.get(i) + " was not made");
            }
            all.add(digest);
        }
        write(Segment.head(shelf, contents, all), 0);
        String name = String.valueOf(file.getFileName());
        Path committed =
                file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + RecordCache.SEGMENT_SUFFIX);
        return Files.move(file, committed, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Ends the draft; one that was not committed is gone. */
    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
