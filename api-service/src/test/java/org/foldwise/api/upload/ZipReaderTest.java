package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.foldwise.api.problem.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of archives that are damaged, or have more in them than their directories name, no file is lost and none renamed without a word. */
class ZipReaderTest {
    private static final int END_BYTES = 22;

    /** How writers lay out archives. */
    private enum Layout {
        STORED,
        /** To a stream: sizes and checksums come behind the contents. */
        DEFLATED,
        ZIP64,
        WITH_COMMENT
    }

    private static byte[] zip(Layout layout, Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            zip.setUseZip64(layout == Layout.ZIP64 ? Zip64Mode.Always : Zip64Mode.AsNeeded);
            if (layout == Layout.WITH_COMMENT) {
                zip.setComment("films of 2026");
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.US_ASCII);
                ZipArchiveEntry entry = new ZipArchiveEntry(file.getKey());
                if (layout == Layout.STORED) {
                    CRC32 checksum = new CRC32();
                    checksum.update(content);
                    entry.setMethod(ZipArchiveEntry.STORED);
                    entry.setSize(content.length);
                    entry.setCrc(checksum.getValue());
                }
                zip.putArchiveEntry(entry);
                zip.write(content);
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            files.put("ill/p" + i + "_1.png", "film " + i);
        }
        return files;
    }

    private static Map<String, String> read(byte[] archive) throws IOException {
        Map<String, String> files = new TreeMap<>();
        Defects defects = new Defects();
        ZipReader.read(
                new SeekableInMemoryByteChannel(archive),
                new ArchiveWalk(ArchiveLimits.DEFAULT, defects),
                (name, content) -> files.put(name.value(), new String(content, StandardCharsets.US_ASCII)));
        defects.refuseIfAny();
        return files;
    }

    /** What is read where nothing is refused. */
    private static Optional<Map<String, String>> readOrRefused(byte[] archive) throws IOException {
        try {
            return Optional.of(read(archive));
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void noWrongBitTakesAFileAwayOrRenamesIt(Layout layout) throws IOException {
        byte[] archive = zip(layout, files());
        assertThat(read(archive)).isEqualTo(files());
        for (int bit = 0; bit < archive.length * Byte.SIZE; bit++) {
            byte[] damaged = archive.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            Optional<Map<String, String>> found = readOrRefused(damaged);

            assertThat(found.orElseGet(ZipReaderTest::files))
                    .as("bit %d of byte %d", bit % Byte.SIZE, bit / Byte.SIZE)
                    .isEqualTo(files());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsCutShort(Layout layout) throws IOException {
        byte[] archive = zip(layout, files());
        for (int length = 0; length < archive.length; length++) {
            assertThat(readOrRefused(Arrays.copyOf(archive, length)))
                    .as("%d of %d bytes", length, archive.length)
                    .isEmpty();
        }
    }

    /** The directory names all but one of the entries, and is right otherwise. */
    @Test
    void refusesEntriesThatTheDirectoryDoesNotName() throws IOException {
        byte[] archive = zip(Layout.STORED, files());
        int directory = directory(archive);
        int one = (end(archive) - directory) / files().size();
        for (int left = 0; left < files().size(); left++) {
            int from = directory + left * one;
            byte[] shorter =
                    joined(Arrays.copyOf(archive, from), Arrays.copyOfRange(archive, from + one, archive.length));
            ByteBuffer end = littleEndian(shorter);
            int at = end(shorter);
            assertThatThrownBy(() -> read(shorter))
                    .as("its end counts them all")
                    .isInstanceOf(RefusedException.class);
            end.putShort(at + 8, (short) (files().size() - 1));
            end.putShort(at + 10, (short) (files().size() - 1));
            end.putInt(at + 12, at - directory);

            assertThatThrownBy(() -> read(shorter))
                    .as("without entry %d", left)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(
                            left == 0 ? "comes before its first entry" : "that the archive's directory does not name");
        }
    }

    @Test
    void refusesACountThatIsNotThatOfTheDirectory() throws IOException {
        byte[] archive = zip(Layout.STORED, files());
        for (int count : new int[] {0, 3, 5}) {
            littleEndian(archive).putShort(end(archive) + 10, (short) count);

            assertThatThrownBy(() -> read(archive))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has 4 entries, and its end counts " + count);
        }
    }

    /** Zeros between entries and directory are filling, an archive is none. */
    @Test
    void refusesAnArchiveWithinAnArchiveButNoFilling() throws IOException {
        byte[] archive = zip(Layout.STORED, files());
        byte[] other = zip(Layout.DEFLATED, Map.of("ill/q_1.png", "another film"));

        assertThat(read(filled(archive, new byte[4096]))).isEqualTo(files());
        assertThatThrownBy(() -> read(filled(archive, other)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("that the archive's directory does not name");
    }

    private static byte[] filled(byte[] archive, byte[] filling) {
        int directory = directory(archive);
        byte[] filled = joined(
                joined(Arrays.copyOf(archive, directory), filling),
                Arrays.copyOfRange(archive, directory, archive.length));
        littleEndian(filled).putInt(end(filled) + 16, directory + filling.length);
        return filled;
    }

    private static int end(byte[] archive) {
        return archive.length - END_BYTES;
    }

    private static int directory(byte[] archive) {
        return littleEndian(archive).getInt(end(archive) + 16);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
