package org.foldwise.learning.imaging.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.Deflater;

/** Writes DICOM files for tests, element by element, in any of the transfer syntaxes. */
final class DicomBytes {
    private record Element(String vr, byte[] value) {}

    private final TransferSyntax syntax;
    private final Map<Integer, Element> elements = new TreeMap<>(Integer::compareUnsigned);
    private final Map<Integer, List<DicomBytes>> sequences = new TreeMap<>(Integer::compareUnsigned);
    private List<byte[]> fragments = List.of();
    private int[] offsets = {};
    private byte[] preamble = new byte[128];
    private boolean openSequences;

    DicomBytes(TransferSyntax syntax) {
        this.syntax = syntax;
    }

    /** A grey image of the given stored values, 16 bits allocated. */
    static DicomBytes grey(
            TransferSyntax syntax, int columns, int rows, int bitsStored, boolean signed, int... values) {
        ByteBuffer pixels = ByteBuffer.allocate(2 * values.length).order(syntax.byteOrder());
        for (int value : values) {
            pixels.putShort((short) value);
        }
        return new DicomBytes(syntax)
                .shape(columns, rows, "MONOCHROME2", 1, 16, bitsStored, signed)
                .with(Tag.PIXEL_DATA, "OW", pixels.array());
    }

    DicomBytes shape(
            int columns, int rows, String photometric, int samples, int allocated, int stored, boolean signed) {
        if (samples > 1) {
            number(Tag.PLANAR_CONFIGURATION, 0);
        }
        return number(Tag.SAMPLES_PER_PIXEL, samples)
                .text(Tag.PHOTOMETRIC_INTERPRETATION, "CS", photometric)
                .number(Tag.ROWS, rows)
                .number(Tag.COLUMNS, columns)
                .number(Tag.BITS_ALLOCATED, allocated)
                .number(Tag.BITS_STORED, stored)
                .number(Tag.HIGH_BIT, stored - 1)
                .number(Tag.PIXEL_REPRESENTATION, signed ? 1 : 0);
    }

    DicomBytes number(int tag, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(syntax.byteOrder());
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return with(tag, "US", bytes.array());
    }

    DicomBytes text(int tag, String vr, String text) {
        return with(tag, vr, (text.length() % 2 == 0 ? text : text + " ").getBytes(StandardCharsets.ISO_8859_1));
    }

    DicomBytes with(int tag, String vr, byte[] value) {
        elements.put(tag, new Element(vr, value));
        return this;
    }

    DicomBytes without(int tag) {
        elements.remove(tag);
        return this;
    }

    DicomBytes item(int sequence, Consumer<DicomBytes> content) {
        DicomBytes item = new DicomBytes(syntax);
        content.accept(item);
        sequences.computeIfAbsent(sequence, tag -> new ArrayList<>()).add(item);
        return this;
    }

    DicomBytes fragments(byte[]... frames) {
        fragments = List.of(frames);
        offsets = new int[0];
        return this;
    }

    /** The table of offsets, by the number of the fragment that begins a frame. */
    DicomBytes framesBeginAt(int... numbers) {
        offsets = Arrays.stream(numbers)
                .map(number -> fragments.stream()
                        .limit(number)
                        .mapToInt(fragment -> 8 + fragment.length + fragment.length % 2)
                        .sum())
                .toArray();
        return this;
    }

    /** Sequences and items without lengths, ended by delimiters. */
    DicomBytes openSequences() {
        openSequences = true;
        sequences.values().forEach(items -> items.forEach(DicomBytes::openSequences));
        return this;
    }

    DicomBytes preamble(String hex) {
        byte[] start = java.util.HexFormat.of().parseHex(hex);
        System.arraycopy(start, 0, preamble, 0, start.length);
        return this;
    }

    byte[] file() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(preamble);
        file.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
        byte[] meta = new DicomBytes(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                .text(Tag.TRANSFER_SYNTAX, "UI", syntax.uid())
                .dataSet();
        file.writeBytes(meta);
        byte[] data = dataSet();
        file.writeBytes(syntax == TransferSyntax.DEFLATED ? deflated(data) : data);
        return file.toByteArray();
    }

    /** Without preamble and meta elements, as some very old files are. */
    byte[] bare() {
        return dataSet();
    }

    static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(data);
        deflater.finish();
        byte[] packed = new byte[data.length + 64];
        int length = deflater.deflate(packed);
        deflater.end();
        return java.util.Arrays.copyOf(packed, length);
    }

    byte[] dataSet() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<Integer, byte[]> written = new TreeMap<>(Integer::compareUnsigned);
        elements.forEach((tag, element) -> written.put(tag, element(tag, element.vr(), element.value())));
        sequences.forEach((tag, items) -> written.put(tag, sequence(tag, items)));
        if (!fragments.isEmpty()) {
            written.put(Tag.PIXEL_DATA, encapsulated());
        }
        written.values().forEach(out::writeBytes);
        return out.toByteArray();
    }

    private byte[] element(int tag, String vr, byte[] value) {
        ByteBuffer bytes = head(tag, vr, value.length, value.length);
        return bytes.put(value).array();
    }

    private ByteBuffer head(int tag, String vr, int declared, int length) {
        boolean explicit = syntax.isExplicit();
        boolean wide = List.of("OB", "OW", "OF", "OD", "SQ", "UN", "UT").contains(vr);
        ByteBuffer bytes =
                ByteBuffer.allocate((explicit && wide ? 12 : 8) + length).order(syntax.byteOrder());
        bytes.putShort((short) (tag >>> 16)).putShort((short) tag);
        if (!explicit) {
            return bytes.putInt(declared);
        }
        bytes.put(vr.getBytes(StandardCharsets.US_ASCII));
        return wide ? bytes.putShort((short) 0).putInt(declared) : bytes.putShort((short) declared);
    }

    private byte[] sequence(int tag, List<DicomBytes> items) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (DicomBytes item : items) {
            byte[] data = item.dataSet();
            content.writeBytes(marker(Tag.ITEM, openSequences ? -1 : data.length));
            content.writeBytes(data);
            if (openSequences) {
                content.writeBytes(marker(Tag.ITEM_END, 0));
            }
        }
        if (openSequences) {
            content.writeBytes(marker(Tag.SEQUENCE_END, 0));
        }
        byte[] bytes = content.toByteArray();
        return head(tag, "SQ", openSequences ? -1 : bytes.length, bytes.length)
                .put(bytes)
                .array();
    }

    private byte[] marker(int tag, int length) {
        return ByteBuffer.allocate(8)
                .order(syntax.byteOrder())
                .putShort((short) (tag >>> 16))
                .putShort((short) tag)
                .putInt(length)
                .array();
    }

    private byte[] encapsulated() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(marker(Tag.ITEM, 4 * offsets.length));
        ByteBuffer table = ByteBuffer.allocate(4 * offsets.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(offsets).forEach(table::putInt);
        content.writeBytes(table.array());
        for (byte[] fragment : fragments) {
            byte[] even = java.util.Arrays.copyOf(fragment, fragment.length + fragment.length % 2);
            content.writeBytes(marker(Tag.ITEM, even.length));
            content.writeBytes(even);
        }
        content.writeBytes(marker(Tag.SEQUENCE_END, 0));
        byte[] bytes = content.toByteArray();
        return head(Tag.PIXEL_DATA, "OB", -1, bytes.length).put(bytes).array();
    }

    /** A frame in RLE of literal runs, little endian samples side by side. */
    static byte[] runLengths(byte[] frame, int bytesPerSample, int samples) {
        int planes = bytesPerSample * samples;
        int length = frame.length / planes;
        ByteArrayOutputStream segments = new ByteArrayOutputStream();
        ByteBuffer header =
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putInt(planes);
        for (int plane = 0; plane < planes; plane++) {
            header.putInt(64 + segments.size());
            int offset = plane / bytesPerSample * bytesPerSample + bytesPerSample - 1 - plane % bytesPerSample;
            int i = 0;
            while (i < length) {
                int run = 1;
                while (run < 128
                        && i + run < length
                        && at(frame, offset, planes, i) == at(frame, offset, planes, i + run)) {
                    run++;
                }
                if (run > 1) {
                    segments.write(1 - run);
                    segments.write(at(frame, offset, planes, i));
                } else {
                    segments.write(0);
                    segments.write(at(frame, offset, planes, i));
                }
                i += run;
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header.array());
        all.writeBytes(segments.toByteArray());
        return all.toByteArray();
    }

    private static byte at(byte[] frame, int offset, int step, int index) {
        return frame[offset + index * step];
    }
}
