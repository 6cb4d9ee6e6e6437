package org.foldwise.api.upload;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/** Reads gzip-compressed tar archives from front to back, to the last byte behind the last entry. */
final class TarGzipReader {
    /** What the headers of one entry may take, long names and extended attributes included. */
    private static final int HEADER_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int RECORD_BYTES = 512;
    private static final int TYPE_AT = 156;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;

    /** Types of headers that say something of the entry they stand before: GNU's long names, PAX's extended ones. */
    private static final String PREFIXED_TYPES = "LKxXg";

    /** A folder with a list of what it held, of archives that are to be unpacked upon earlier ones; the library does not read on behind it. */
    private static final byte DUMPED_FOLDER = 'D';

    private static final byte VOLUME_LABEL = 'V';

    private TarGzipReader() {}

    /** Shows every acceptable file to the visitor and reports every other entry. */
    static void read(InputStream file, ArchiveWalk walk, EntryVisitor visitor) throws IOException {
        CountedStream packed = new CountedStream(file);
        try (Members members = new Members(packed);
                CountedStream unpacked = new CountedStream(members);
                // in blocks of one record, or the library would drop what stands behind the end in the last block
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked, RECORD_BYTES, RECORD_BYTES, "UTF-8")) {
            TarArchiveEntry entry;
            boolean isInStep = true;
            while ((entry = next(tar, unpacked)) != null) {
                byte[] headers = unpacked.recorded();
                requireChecksums(entry, isInStep ? headers : new byte[0]);
                EntryName name = name(entry, headers);
                boolean wanted = isOfSomething(entry, walk) && walk.wants(name) && structureAllowed(entry, name, walk);
                byte[] content = content(tar, entry, unpacked, wanted && walk.sizeAllowed(name, entry.getSize()));
                walk.unpacked(entry.getSize());
                if (walk.limits().isBomb(packed.count, unpacked.count)) {
                    throw refused("The archive unpacks to more than "
                            + walk.limits().maximumRatio() + " times its packed size.");
                }
                if (content != null && walk.counts(name, content)) {
                    visitor.file(name, content);
                }
                // of these the library passes over the content when it looks for the next header
                isInStep = !entry.isSparse();
            }
            if (isInStep) {
                requireZeros(unpacked.recorded(), unpacked.recorded().length);
            }
            requireEnd(unpacked);
            members.requireEnd();
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

    /**
     * The library reads on with a header that is not as it was written, by whatever name it says now. An entry may have several: those of
     * long names and the like come first, each with its content.
     */
    private static void requireChecksums(TarArchiveEntry entry, byte[] headers) {
        boolean areAsWritten = entry.isCheckSumOK();
        long at = 0;
        while (areAsWritten && at + RECORD_BYTES <= headers.length) {
            byte[] header = Arrays.copyOfRange(headers, (int) at, (int) at + RECORD_BYTES);
            areAsWritten = TarUtils.verifyCheckSum(header);
            if (!areAsWritten || PREFIXED_TYPES.indexOf(header[TYPE_AT]) < 0) {
                break;
            }
            long size = Math.min(headers.length, TarUtils.parseOctalOrBinary(header, SIZE_AT, SIZE_BYTES));
            at += (1 + (size + RECORD_BYTES - 1) / RECORD_BYTES) * RECORD_BYTES;
        }
        if (!areAsWritten) {
            throw refused("A header of the archive does not have the checksum that it states.");
        }
    }

    /** Behind the last entry zeros fill the last block, and another archive would be lost. */
    private static void requireEnd(InputStream unpacked) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int read;
        while ((read = unpacked.read(buffer)) >= 0) {
            requireZeros(buffer, read);
        }
    }

    private static void requireZeros(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                throw goesOn();
            }
        }
    }

    private static RefusedException goesOn() {
        return refused("The archive goes on behind its end; send archives that were put together one by one.");
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
            return EntryName.packed(name);
        }
        boolean isWrittenSo = Arrays.stream(name.split("/"))
                .map(part -> new String(part.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .allMatch(searched::contains);
        return EntryName.packed(isWrittenSo ? name : name.replace('?', EntryName.REPLACEMENT));
    }

    /** The library leaves out the slash at the beginning of names that stand in a header of their own, in PAX's way or GNU's. */
    private static boolean isAbsolute(String name, String headers) {
        String written = "/" + new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return headers.contains("=" + written) || headers.contains("\0" + written);
    }

    /** Whether it is of a file or a folder, and no label of the archive. */
    private static boolean isOfSomething(TarArchiveEntry entry, ArchiveWalk walk) {
        if (entry.getLinkFlag() == DUMPED_FOLDER) {
            throw refused("The archive is an incremental one; pack the folder without the options -g and -G of tar.");
        }
        if (entry.getLinkFlag() == VOLUME_LABEL) {
            walk.passOver();
            return false;
        }
        return true;
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

    /** The members of a gzip file, one after another. Java's reader takes whatever follows, if it is no whole header of one, for nothing. */
    private static final class Members extends GZIPInputStream {
        private static final int TRAILER_BYTES = 8;

        private final CountedStream packed;
        private long filledTo;

        Members(CountedStream packed) throws IOException {
            super(packed, BUFFER_BYTES);
            this.packed = packed;
        }

        @Override
        protected void fill() throws IOException {
            super.fill();
            filledTo = packed.count;
        }

        /** Once all has been unpacked, what was unpacked last is followed by its trailer, and that by nothing. */
        void requireEnd() throws IOException {
            long end = filledTo - inf.getRemaining() + TRAILER_BYTES;
            packed.transferTo(OutputStream.nullOutputStream());
            if (packed.count > end) {
                throw goesOn();
            }
        }
    }

    /** Counts bytes and ends when more are read than were allowed, which only headers out of all proportion do. */
    private static final class CountedStream extends FilterInputStream {
        private long count;
        private long allowed = Long.MAX_VALUE;
        private final ByteArrayOutputStream record = new ByteArrayOutputStream();
        private boolean isRecording;
        private int beforeHeader;

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
                beforeHeader = (int) Math.floorMod(-count, (long) RECORD_BYTES);
            }
        }

        /** The record, without what fills the last record of what was read before it. */
        byte[] recorded() {
            byte[] recorded = record.toByteArray();
            return Arrays.copyOfRange(recorded, Math.min(beforeHeader, recorded.length), recorded.length);
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
            if (isRecording) {
                return Math.max(0, read(new byte[(int) Math.min(bytes, BUFFER_BYTES)]));
            }
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
