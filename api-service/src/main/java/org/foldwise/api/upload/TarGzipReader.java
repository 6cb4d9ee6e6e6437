package org.foldwise.api.upload;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
                EntryName name = new EntryName(entry.getName());
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
            unpacked.transferTo(OutputStream.nullOutputStream());
        } catch (IOException | IllegalArgumentException e) {
            throw refused("The file is not a complete gzip-compressed tar archive.");
        }
        walk.finish();
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, CountedStream unpacked)
            throws IOException {
        unpacked.allow(HEADER_BYTES);
        return tar.getNextEntry();
    }

    private static boolean structureAllowed(TarArchiveEntry entry, EntryName name, ArchiveWalk walk) {
        if (entry.isDirectory()) {
            return false;
        }
        if (!entry.isFile() || entry.isSparse() || entry.isLink() || entry.isSymbolicLink()) {
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

        CountedStream(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            allowed = count + bytes;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            counted(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
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
