package org.foldwise.api.upload;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.Collections;
import java.util.Iterator;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads ZIP archives by their central directory and trusts nothing in it: sizes, checksums and the places of the entries are
 * compared with what is found.
 */
final class ZipReader {
    private static final int DIRECTORY_ENTRY = 0x02014b50;
    private static final int DIRECTORY_ENTRY_BYTES = 46;
    private static final int DIRECTORY_END = 0x06054b50;
    private static final int DIRECTORY_END_BYTES = 22;
    private static final int MAXIMUM_COMMENT = 0xffff;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END = 0x06064b50;
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int DIRECTORY_LENGTH_IN_END = 12;
    private static final int DIRECTORY_OFFSET_IN_END = 16;
    private static final int COMMENT_LENGTH_IN_END = 20;
    private static final int DIRECTORY_OFFSET_IN_ZIP64_END = 48;
    private static final int SPLIT_MARK = 0x08074b50;
    private static final int NOT_SPLIT_MARK = 0x30304b50;
    private static final int TYPE_BITS = 0170000;
    private static final int REGULAR_FILE = 0100000;
    private static final int FOLDER = 0040000;

    private ZipReader() {}

    /** Shows every acceptable file to the visitor and reports every other entry. */
    static void read(SeekableByteChannel file, ArchiveWalk walk, EntryVisitor visitor) throws IOException {
        requireFewEntries(file, walk.limits());
        try (ZipFile zip = open(file)) {
            long endOfPrevious = startOfFirst(file);
            boolean isFirst = true;
            Iterator<ZipArchiveEntry> entries =
                    Collections.list(zip.getEntriesInPhysicalOrder()).iterator();
            while (entries.hasNext()) {
                ZipArchiveEntry entry = entries.next();
                EntryName name = ZipEntryName.of(entry);
                if (isFirst && entry.getLocalHeaderOffset() > endOfPrevious) {
                    throw beginsLate();
                }
                isFirst = false;
                if (entry.getDataOffset() < endOfPrevious) {
                    throw damaged("Entries of the archive overlap.");
                }
                endOfPrevious = entry.getDataOffset() + entry.getCompressedSize();
                if (walk.wants(name) && structureAllowed(entry, name, walk)) {
                    byte @Nullable [] content = content(zip, entry, name, walk);
                    if (content != null && walk.counts(name, content)) {
                        visitor.file(name, content);
                    }
                }
            }
        }
        walk.finish();
    }

    /** Where entries begin: behind what marks an archive that was to be split and was not, if that is there. */
    private static long startOfFirst(SeekableByteChannel file) throws IOException {
        int start = read(file, 0, Integer.BYTES).getInt(0);
        return start == SPLIT_MARK || start == NOT_SPLIT_MARK ? Integer.BYTES : 0;
    }

    private static ZipFile open(SeekableByteChannel file) {
        try {
            return ZipFile.builder().setSeekableByteChannel(file).get();
        } catch (IOException | IllegalArgumentException e) {
            throw damaged("The file is not a complete ZIP archive.");
        }
    }

    private static boolean structureAllowed(ZipArchiveEntry entry, EntryName name, ArchiveWalk walk) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            walk.defects().add(name, "is encrypted");
            return false;
        }
        int type = entry.getUnixMode() & TYPE_BITS;
        if (type != 0 && type != REGULAR_FILE && type != FOLDER) {
            walk.defects().add(name, "is a link or a special file");
            return false;
        }
        int method = entry.getMethod();
        if (method != ZipMethod.STORED.getCode() && method != ZipMethod.DEFLATED.getCode()) {
            walk.defects().add(name, "is packed by method " + method + "; only stored and deflated are accepted");
            return false;
        }
        if (walk.limits().isBomb(entry.getCompressedSize(), entry.getSize())) {
            walk.defects().add(name, "unpacks to more than " + walk.limits().maximumRatio() + " times its packed size");
            return false;
        }
        return walk.sizeAllowed(name, entry.getSize());
    }

    private static byte @Nullable [] content(ZipFile zip, ZipArchiveEntry entry, EntryName name, ArchiveWalk walk) {
        byte[] content;
        try (InputStream stream = zip.getInputStream(entry)) {
            content = stream.readNBytes(Math.toIntExact(entry.getSize()) + 1);
        } catch (IOException | IllegalArgumentException e) {
            walk.defects().add(name, "cannot be unpacked");
            return null;
        }
        walk.unpacked(content.length);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        if (content.length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
            walk.defects().add(name, "does not have the size or the checksum that the archive claims");
            return null;
        }
        return content;
    }

    /**
     * Counts the entries of the central directory before the library makes objects of them all, in the same way: from the place
     * that the last end record names, for as long as there are entries.
     */
    private static void requireFewEntries(SeekableByteChannel file, ArchiveLimits limits) throws IOException {
        file.position(directoryOffset(file));
        InputStream directory = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
        int entries = 0;
        byte[] bytes = new byte[DIRECTORY_ENTRY_BYTES];
        ByteBuffer header = littleEndian(bytes);
        while (directory.readNBytes(bytes, 0, DIRECTORY_ENTRY_BYTES) == DIRECTORY_ENTRY_BYTES
                && header.getInt(0) == DIRECTORY_ENTRY) {
            entries++;
            if (entries > limits.maximumEntries()) {
                throw ArchiveWalk.tooManyEntries(limits);
            }
            int name = Short.toUnsignedInt(header.getShort(28));
            int extra = Short.toUnsignedInt(header.getShort(30));
            int comment = Short.toUnsignedInt(header.getShort(32));
            try {
                directory.skipNBytes(name + extra + comment);
            } catch (EOFException e) {
                throw damaged("The archive's directory is cut short.");
            }
        }
        file.position(0);
    }

    private static long directoryOffset(SeekableByteChannel file) throws IOException {
        long size = file.size();
        int tailBytes = (int) Math.min(size, DIRECTORY_END_BYTES + MAXIMUM_COMMENT);
        ByteBuffer tail = read(file, size - tailBytes, tailBytes);
        for (int at = tailBytes - DIRECTORY_END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == DIRECTORY_END) {
                requireEnd(tail, at);
                long offset = Integer.toUnsignedLong(tail.getInt(at + DIRECTORY_OFFSET_IN_END));
                long end = size - tailBytes + at;
                if (offset == IN_ZIP64) {
                    return within(file, zip64DirectoryOffset(file, end));
                }
                long length = Integer.toUnsignedLong(tail.getInt(at + DIRECTORY_LENGTH_IN_END));
                if (offset + length < end && !isZip64(file, end)) {
                    throw beginsLate();
                }
                return within(file, offset);
            }
        }
        throw damaged("The file is not a complete ZIP archive.");
    }

    /** Behind the directory's end and the comment that it announces there is nothing, or but zeros. */
    private static void requireEnd(ByteBuffer tail, int at) {
        int comment = Short.toUnsignedInt(tail.getShort(at + COMMENT_LENGTH_IN_END));
        for (int behind = at + DIRECTORY_END_BYTES + comment; behind < tail.limit(); behind++) {
            if (tail.get(behind) != 0) {
                throw damaged("Something that is no part of the archive comes behind its end;"
                        + " send archives that were put together one by one.");
            }
        }
    }

    private static boolean isZip64(SeekableByteChannel file, long end) throws IOException {
        return end >= ZIP64_LOCATOR_BYTES
                && read(file, end - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES).getInt(0) == ZIP64_LOCATOR;
    }

    private static long zip64DirectoryOffset(SeekableByteChannel file, long end) throws IOException {
        ByteBuffer locator = read(file, within(file, end - ZIP64_LOCATOR_BYTES), ZIP64_LOCATOR_BYTES);
        if (locator.getInt(0) != ZIP64_LOCATOR) {
            throw damaged("The archive's directory cannot be found.");
        }
        ByteBuffer record = read(file, within(file, locator.getLong(8)), DIRECTORY_OFFSET_IN_ZIP64_END + Long.BYTES);
        if (record.getInt(0) != ZIP64_END) {
            throw damaged("The archive's directory cannot be found.");
        }
        return record.getLong(DIRECTORY_OFFSET_IN_ZIP64_END);
    }

    private static long within(SeekableByteChannel file, long position) throws IOException {
        if (position < 0 || position >= file.size()) {
            throw damaged("The archive's directory lies outside the file.");
        }
        return position;
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

    /** Readers look for entries where the directory at the end says, so that an archive in front of this one would be lost. */
    private static RefusedException beginsLate() {
        return damaged("Something that is no part of the archive comes before its first entry;"
                + " send archives that were put together one by one.");
    }

    private static RefusedException damaged(String detail) {
        return new RefusedException(ProblemType.ARCHIVE_REFUSED, detail);
    }
}
