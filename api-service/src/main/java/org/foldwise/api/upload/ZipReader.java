package org.foldwise.api.upload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
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
    private static final int ENTRY_HEADER = 0x04034b50;
    private static final int ENTRY_HEADER_BYTES = 30;
    private static final int NAME_LENGTH_IN_HEADER = 26;
    /** At most, which is less than an entry has. */
    private static final int DESCRIPTOR_BYTES = 24;

    private static final int SPLIT_MARK = 0x08074b50;
    private static final int NOT_SPLIT_MARK = 0x30304b50;
    private static final int TYPE_BITS = 0170000;
    private static final int REGULAR_FILE = 0100000;
    private static final int FOLDER = 0040000;

    private ZipReader() {}

    /** Shows every acceptable file to the visitor and reports every other entry. */
    static void read(SeekableByteChannel file, ArchiveWalk walk, EntryVisitor visitor) throws IOException {
        ZipDirectory directory = ZipDirectory.find(file);
        directory.requireEntries(file, walk.limits());
        file.position(0);
        try (ZipFile zip = open(file)) {
            long end = startOfFirst(file);
            boolean isFirst = true;
            Iterator<ZipArchiveEntry> entries =
                    Collections.list(zip.getEntriesInPhysicalOrder()).iterator();
            while (entries.hasNext()) {
                ZipArchiveEntry entry = entries.next();
                EntryName name = ZipEntryName.of(entry);
                long start = entry.getLocalHeaderOffset();
                if (isFirst && start > end) {
                    throw damaged("Something that is no part of the archive comes before its first entry;"
                            + " send archives that were put together one by one.");
                }
                isFirst = false;
                if (start < end) {
                    throw damaged("Entries of the archive overlap.");
                }
                requireNothingBetween(file, end, start);
                end = entry.getDataOffset() + entry.getCompressedSize();
                if (!isNamedAlike(file, entry)) {
                    walk.defects().add(name, "is called otherwise before its content than in the archive's directory");
                    continue;
                }
                if (walk.wants(name) && structureAllowed(entry, name, walk)) {
                    byte @Nullable [] content = content(zip, entry, name, walk);
                    if (content != null && walk.counts(name, content)) {
                        visitor.file(name, content);
                    }
                }
            }
            if (end > directory.offset()) {
                throw damaged("Entries of the archive overlap its directory.");
            }
            requireNothingBetween(file, end, directory.offset());
        }
        walk.finish();
    }

    /** Where entries begin: behind what marks an archive that was to be split and was not, if that is there. */
    private static long startOfFirst(SeekableByteChannel file) throws IOException {
        file.position(0);
        int start = littleEndian(Channels.newInputStream(file).readNBytes(Integer.BYTES))
                .getInt(0);
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
     * From where an entry ends to the next header there is nothing but what may follow its content, its size and checksum once more. Where
     * there is more, it would be lost: an entry that the directory does not name, or another archive. Zeros are filling.
     */
    private static void requireNothingBetween(SeekableByteChannel file, long end, long next) throws IOException {
        if (next - end <= DESCRIPTOR_BYTES) {
            return;
        }
        file.position(end + DESCRIPTOR_BYTES);
        InputStream filling = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
        for (long at = end + DESCRIPTOR_BYTES; at < next; at++) {
            if (filling.read() != 0) {
                throw damaged("Something that the archive's directory does not name lies between its entries;"
                        + " pack it anew, and send archives that were put together one by one.");
            }
        }
    }

    /** Whether the header in front of an entry's content names it as the directory does. */
    private static boolean isNamedAlike(SeekableByteChannel file, ZipArchiveEntry entry) throws IOException {
        byte[] name = entry.getRawName();
        file.position(entry.getLocalHeaderOffset());
        byte[] header = Channels.newInputStream(file).readNBytes(ENTRY_HEADER_BYTES + name.length);
        return header.length == ENTRY_HEADER_BYTES + name.length
                && littleEndian(header).getInt(0) == ENTRY_HEADER
                && Short.toUnsignedInt(littleEndian(header).getShort(NAME_LENGTH_IN_HEADER)) == name.length
                && Arrays.equals(header, ENTRY_HEADER_BYTES, header.length, name, 0, name.length);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static RefusedException damaged(String detail) {
        return new RefusedException(ProblemType.ARCHIVE_REFUSED, detail);
    }
}
