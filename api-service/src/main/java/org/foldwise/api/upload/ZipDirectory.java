package org.foldwise.api.upload;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;

/**
 * Where the central directory of a ZIP archive lies and how many entries are said to be in it (APPNOTE 6.3, sections 4.3.12 to 4.3.16). The
 * library takes as many entries as it finds headers one behind the other: by one wrong bit in a header an archive would have fewer files.
 *
 * @param offset where it begins
 * @param length in bytes
 * @param entries as the end record counts them
 * @param modulus of how many entries the end record knows the remainder only: the one of 16 bits counts anew after 65,535
 */
record ZipDirectory(long offset, long length, long entries, long modulus) {
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int NAME_LENGTH_IN_ENTRY = 28;
    private static final int EXTRA_LENGTH_IN_ENTRY = 30;
    private static final int COMMENT_LENGTH_IN_ENTRY = 32;
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ENTRIES_IN_END = 10;
    private static final int LENGTH_IN_END = 12;
    private static final int OFFSET_IN_END = 16;
    private static final int COMMENT_LENGTH_IN_END = 20;
    private static final int MAXIMUM_COMMENT = 0xffff;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END_IN_LOCATOR = 8;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ENTRIES_IN_ZIP64_END = 32;
    private static final int LENGTH_IN_ZIP64_END = 40;
    private static final int OFFSET_IN_ZIP64_END = 48;

    /** @throws RefusedException if there is none, it does not lie where it is said to, or something comes behind the archive's end */
    static ZipDirectory find(SeekableByteChannel file) throws IOException {
        long size = file.size();
        int tailBytes = (int) Math.min(size, END_BYTES + MAXIMUM_COMMENT);
        ByteBuffer tail = read(file, size - tailBytes, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END) {
                requireEnd(tail, at);
                return at(file, tail.slice(at, END_BYTES).order(ByteOrder.LITTLE_ENDIAN), size - tailBytes + at);
            }
        }
        throw damaged("The file is not a complete ZIP archive.");
    }

    private static ZipDirectory at(SeekableByteChannel file, ByteBuffer end, long endsAt) throws IOException {
        long locatorAt = endsAt - ZIP64_LOCATOR_BYTES;
        if (locatorAt >= 0) {
            ByteBuffer locator = read(file, locatorAt, ZIP64_LOCATOR_BYTES);
            // whatever the plain record says, which the library does not read then
            if (locator.getInt(0) == ZIP64_LOCATOR) {
                return inZip64(file, locator.getLong(ZIP64_END_IN_LOCATOR), locatorAt);
            }
        }
        return new ZipDirectory(
                        Integer.toUnsignedLong(end.getInt(OFFSET_IN_END)),
                        Integer.toUnsignedLong(end.getInt(LENGTH_IN_END)),
                        Short.toUnsignedLong(end.getShort(ENTRIES_IN_END)),
                        1L << Short.SIZE)
                .requireBefore(endsAt);
    }

    private static ZipDirectory inZip64(SeekableByteChannel file, long endsAt, long locatorAt) throws IOException {
        if (endsAt < 0 || endsAt > locatorAt - ZIP64_END_BYTES) {
            throw damaged("The archive's directory lies outside the file.");
        }
        ByteBuffer end = read(file, endsAt, ZIP64_END_BYTES);
        if (end.getInt(0) != ZIP64_END) {
            throw damaged("The archive's directory cannot be found.");
        }
        return new ZipDirectory(
                        end.getLong(OFFSET_IN_ZIP64_END),
                        end.getLong(LENGTH_IN_ZIP64_END),
                        end.getLong(ENTRIES_IN_ZIP64_END),
                        Long.MAX_VALUE)
                .requireBefore(endsAt);
    }

    /** Behind the directory's end comes the comment that it announces, and behind that nothing, or but zeros. */
    private static void requireEnd(ByteBuffer tail, int at) {
        int comment = Short.toUnsignedInt(tail.getShort(at + COMMENT_LENGTH_IN_END));
        if (comment > tail.limit() - at - END_BYTES) {
            throw damaged("The file is not a complete ZIP archive.");
        }
        for (int behind = at + END_BYTES + comment; behind < tail.limit(); behind++) {
            if (tail.get(behind) != 0) {
                throw damaged("Something that is no part of the archive comes behind its end;"
                        + " send archives that were put together one by one.");
            }
        }
    }

    /** Readers look for entries where the end record says, so that an archive in front of this one would be lost. */
    private ZipDirectory requireBefore(long endRecord) {
        if (offset < 0 || length < 0 || offset > endRecord || length > endRecord - offset) {
            throw damaged("The archive's directory lies outside the file.");
        }
        if (offset + length < endRecord) {
            throw damaged(
                    "Something that is no part of the archive comes before its first entry or behind its directory;"
                            + " send archives that were put together one by one.");
        }
        return this;
    }

    /** Goes through its headers, before the library makes objects of them all: they are as many, and as long, as the end record says. */
    void requireEntries(SeekableByteChannel file, ArchiveLimits limits) throws IOException {
        file.position(offset);
        InputStream directory = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
        byte[] bytes = new byte[ENTRY_BYTES];
        ByteBuffer header = littleEndian(bytes);
        long found = 0;
        long left = length;
        while (left > 0) {
            if (directory.readNBytes(bytes, 0, ENTRY_BYTES) < ENTRY_BYTES || header.getInt(0) != ENTRY) {
                throw inconsistent();
            }
            found++;
            if (found > limits.maximumEntries()) {
                throw ArchiveWalk.tooManyEntries(limits);
            }
            int rest = Short.toUnsignedInt(header.getShort(NAME_LENGTH_IN_ENTRY))
                    + Short.toUnsignedInt(header.getShort(EXTRA_LENGTH_IN_ENTRY))
                    + Short.toUnsignedInt(header.getShort(COMMENT_LENGTH_IN_ENTRY));
            left -= ENTRY_BYTES + rest;
            if (left < 0) {
                throw inconsistent();
            }
            try {
                directory.skipNBytes(rest);
            } catch (EOFException e) {
                throw inconsistent();
            }
        }
        if (found % modulus != entries) {
            throw damaged("The archive's directory has " + found + " entries, and its end counts " + entries
                    + ": pack it anew.");
        }
    }

    private static RefusedException inconsistent() {
        return damaged("The archive's directory is damaged: pack it anew.");
    }

    private static RefusedException damaged(String detail) {
        return new RefusedException(ProblemType.ARCHIVE_REFUSED, detail);
    }

    private static ByteBuffer read(SeekableByteChannel file, long position, int length) throws IOException {
        file.position(position);
        byte[] bytes = Channels.newInputStream(file).readNBytes(length);
        if (bytes.length < length) {
            throw damaged("The archive's directory is cut short.");
        }
        return littleEndian(bytes);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
