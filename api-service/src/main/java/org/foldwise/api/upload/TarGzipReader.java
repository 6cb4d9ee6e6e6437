package org.foldwise.api.upload;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/** Reads gzip-compressed tar archives from front to back, to the checksum behind the last entry. */
final class TarGzipReader {
    /** What the headers of one entry may take, long names and extended attributes included. */
    private static final int HEADER_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private TarGzipReader() {}

    /** Shows every acceptable file to the visitor and reports every other entry. */
    static void read(InputStream file, ArchiveWalk walk, EntryVisitor visitor) throws IOException {
        CountedStream packed = new CountedStream(file);
        try (CountedStream unpacked = new CountedStream(new GZIPInputStream(packed, BUFFER_BYTES));
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked, "UTF-8")) {
            TarArchiveEntry entry;
            while ((entry = next(tar, unpacked)) != null) {
                requireChecksum(entry);
                EntryName name = name(entry, unpacked.recorded());
                boolean wanted = walk.wants(name) && structureAllowed(entry, name, walk);
                byte[] content = content(tar, entry, unpacked, wanted && walk.sizeAllowed(name, entry.getSize()));
                walk.unpacked(entry.getSize());
                if (walk.limits().isBomb(packed.count, unpacked.count)) {
                    throw refused("The archive unpacks to more than "
                            + walk.limits().maximumRatio() + " times its packed size.");
                }
                if (content != null) {
                    visitor.file(name, content);
                }
            }
            requireEnd(unpacked);
        } catch (IOException | IllegalArgumentException e) {
            throw refused("The file is not a complete gzip-compressed tar archive.");
        }
        walk.finish();
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, CountedStream unpacked)
            throws IOException {
        unpacked.allow(HEADER_BYTES);
        unpacked.record(true);
        try {
            return tar.getNextEntry();
        } finally {
            unpacked.record(false);
        }
    }

    /** The library reads on with a header that is not as it was written, by whatever name it says now. */
    private static void requireChecksum(TarArchiveEntry entry) {
        if (!entry.isCheckSumOK()) {
            throw refused("A header of the archive does not have the checksum that it states.");
        }
    }

    /** Behind the last entry zeros fill the last block, and another archive would be lost. */
    private static void requireEnd(InputStream unpacked) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int read;
        while ((read = unpacked.read(buffer)) >= 0) {
            for (int i = 0; i < read; i++) {
                if (buffer[i] != 0) {
                    throw refused(
                            "The archive goes on behind its end; send archives that were put together one by one.");
                }
            }
        }
    }

    /**
     * The library puts a question mark for what is no UTF-8, so that different names would become one. Whether the archive has that
     * question mark is seen in the bytes of the entry's headers, where a path may stand in two parts but each of its folders in one.
     */
    private static EntryName name(TarArchiveEntry entry, byte[] headers) {
        String name = entry.getName();
        String searched = new String(headers, StandardCharsets.ISO_8859_1);
        if (isAbsolute(name, searched)) {
            return new EntryName("/" + name);
        }
        if (name.indexOf('?') < 0) {
            return new EntryName(name);
        }
        boolean isWrittenSo = Arrays.stream(name.split("/"))
                .map(part -> new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .allMatch(searched::contains);
        return new EntryName(isWrittenSo ? name : name.replace('?', EntryName.REPLACEMENT));
    }

    /** The library leaves out the slash at the beginning of names that stand in a header of their own, in PAX's way or GNU's. */
    private static boolean isAbsolute(String name, String headers) {
        String written = "/" + new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return headers.contains("=" + written) || headers.contains("\0" + written);
    }

    private static boolean structureAllowed(TarArchiveEntry entry, EntryName name, ArchiveWalk walk) {
        if (entry.isDirectory()) {
            return false;
        }
        boolean isSpecial = entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
        if (!entry.isFile() || isSpecial || entry.isSparse() || entry.isLink() || entry.isSymbolicLink()) {
            walk.defects().add(name, "is a link or a special file");
            return false;
        }
        return true;
    }

    /** Reads the entry to its end, so that the next header is what follows; keeps its bytes if they are wanted. */
    private static byte @Nullable [] content(
            TarArchiveInputStream tar, TarArchiveEntry entry, CountedStream unpacked, boolean wanted)
            throws IOException {
        unpacked.allow(entry.getSize() + HEADER_BYTES);
        if (wanted) {
            byte[] content = tar.readNBytes(Math.toIntExact(entry.getSize()));
            if (content.length != entry.getSize()) {
                throw new IOException("an entry ends early");
            }
            return content;
        }
        tar.skipNBytes(entry.isSparse() ? 0 : entry.getSize());
        return null;
    }

    private static RefusedException refused(String detail) {
        return new RefusedException(ProblemType.ARCHIVE_REFUSED, detail);
    }

    /** Counts bytes and ends when more are read than were allowed, which only headers out of all proportion do. */
    private static final class CountedStream extends FilterInputStream {
        private long count;
        private long allowed = Long.MAX_VALUE;
        private final ByteArrayOutputStream record = new ByteArrayOutputStream();
        private boolean isRecording;

        CountedStream(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            allowed = count + bytes;
        }

        /** Begins a new record of what is read, or ends it. */
        void record(boolean begins) {
            isRecording = begins;
            if (begins) {
                record.reset();
            }
        }

        byte[] recorded() {
            return record.toByteArray();
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (isRecording && value >= 0) {
                record.write(value);
            }
            counted(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (isRecording && read > 0) {
                record.write(buffer, offset, read);
            }
            counted(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            counted(skipped);
            return skipped;
        }

        private void counted(long bytes) throws IOException {
            count += bytes;
            if (count > allowed) {
                throw new IOException("a header takes more than " + HEADER_BYTES + " bytes");
            }
        }
    }
}
