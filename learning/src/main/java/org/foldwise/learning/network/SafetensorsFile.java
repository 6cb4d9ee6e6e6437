package org.foldwise.learning.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.json.SafetensorsHeader;
import org.foldwise.learning.json.SafetensorsHeaderJson;

/**
 * A safetensors file: tensors by name and free metadata. The format is a length of 8 bytes, a JSON header, and the tensors'
 * bytes without gaps (github.com/huggingface/safetensors). Written files are a function of the content alone: tensors in
 * their given order, metadata sorted by key, the header padded with blanks to a multiple of 8.
 *
 * @param weights the tensors
 * @param metadata free texts
 */
public record SafetensorsFile(Weights weights, SortedMap<String, String> metadata) {
    private static final int LENGTH_BYTES = 8;
    private static final int ALIGNMENT = 8;
    private static final int MAXIMUM_HEADER_BYTES = 16 << 20;
    private static final int MAXIMUM_TENSORS = 100_000;
    /** Half precision becomes float32, which is twice as long. */
    private static final int MAXIMUM_GROWTH = 2;

    private static final Map<String, StorageType> STORAGE_TYPES = Map.of(
            ElementType.FLOAT32.safetensorsName(),
            StorageType.FLOAT32,
            ElementType.FLOAT64.safetensorsName(),
            StorageType.FLOAT64,
            ElementType.INT64.safetensorsName(),
            StorageType.INT64,
            "F16",
            StorageType.FLOAT16,
            "BF16",
            StorageType.BFLOAT16,
            "I32",
            StorageType.INT32,
            "I16",
            StorageType.INT16,
            "I8",
            StorageType.INT8,
            "U8",
            StorageType.UINT8,
            "BOOL",
            StorageType.BOOL);
    /** PyTorch's own limit. */
    private static final int MAXIMUM_DIMENSIONS = 64;

    public SafetensorsFile {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    /** Writes the file; the stream is left open. */
    public void writeTo(OutputStream out) throws IOException {
        Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, Tensor> named : weights.tensors().entrySet()) {
            Tensor tensor = named.getValue();
            long end = offset + tensor.bytes().remaining();
            entries.put(
                    named.getKey(),
                    new SafetensorsHeader.Entry(tensor.type().safetensorsName(), tensor.shape(), offset, end));
            offset = end;
        }
        byte[] header = SafetensorsHeaderJson.write(new SafetensorsHeader(metadata, entries));
        int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putLong(padded).array());
        out.write(header);
        byte[] blanks = new byte[padded - header.length];
        Arrays.fill(blanks, (byte) ' ');
        out.write(blanks);
        for (Tensor tensor : weights.tensors().values()) {
            byte[] bytes = new byte[tensor.bytes().remaining()];
            tensor.bytes().get(bytes);
            out.write(bytes);
        }
    }

    /**
     * Reads a file. It must be complete and hold nothing else: the tensors' bytes have to cover the data without gap,
     * overlap or rest, and fit their types and shapes. Half precision, F16 and BF16, is widened to float32, smaller
     * integers and booleans to int64. Memory stays in proportion to the file: tensors that would have more than twice its bytes
     * once they are widened are refused.
     *
     * @param file its bytes from position to limit; the tensors are copied out of them
     * @throws InvalidSafetensorsException if anything is amiss
     */
    public static SafetensorsFile read(ByteBuffer file) {
        ByteBuffer bytes = file.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < LENGTH_BYTES) {
            throw new InvalidSafetensorsException("the file has " + bytes.remaining() + " bytes, too few for a header");
        }
        long headerLength = bytes.getLong();
        if (headerLength < 2 || headerLength > MAXIMUM_HEADER_BYTES || headerLength > bytes.remaining()) {
            throw new InvalidSafetensorsException("the header's length is " + headerLength + ", the file has "
                    + bytes.remaining() + " bytes behind it and at most " + MAXIMUM_HEADER_BYTES + " are read");
        }
        byte[] headerBytes = new byte[(int) headerLength];
        bytes.get(headerBytes);
        SafetensorsHeader header = readHeader(headerBytes);
        ByteBuffer data = bytes.slice();
        requireSeamless(header, data.remaining());
        requireProportion(header, file.remaining());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        header.tensors().forEach((name, entry) -> tensors.put(name, tensor(name, entry, data)));
        return new SafetensorsFile(new Weights(tensors), new TreeMap<>(header.metadata()));
    }

    private static SafetensorsHeader readHeader(byte[] bytes) {
        SafetensorsHeader header;
        try {
            header = SafetensorsHeaderJson.read(bytes);
        } catch (IllegalArgumentException e) {
            throw new InvalidSafetensorsException("no safetensors header: " + e.getMessage(), e);
        }
        if (header.tensors().size() > MAXIMUM_TENSORS) {
            throw new InvalidSafetensorsException(
                    "the file lists " + header.tensors().size() + " tensors, at most " + MAXIMUM_TENSORS + " are read");
        }
        return header;
    }

    private static void requireSeamless(SafetensorsHeader header, long dataLength) {
        List<SafetensorsHeader.Entry> byOffset =
                new ArrayList<>(header.tensors().values());
        byOffset.sort(Comparator.comparingLong(SafetensorsHeader.Entry::begin)
                .thenComparingLong(SafetensorsHeader.Entry::end));
        long covered = 0;
        for (SafetensorsHeader.Entry entry : byOffset) {
            if (entry.begin() != covered || entry.end() < entry.begin()) {
                throw new InvalidSafetensorsException("a tensor lies at " + entry.begin() + " to " + entry.end()
                        + "; it should begin at " + covered + ", tensors neither overlap nor leave gaps");
            }
            covered = entry.end();
        }
        if (covered != dataLength) {
            throw new InvalidSafetensorsException(
                    "the tensors cover " + covered + " bytes, the file holds " + dataLength + " bytes of data");
        }
    }

    private static void requireProportion(SafetensorsHeader header, long fileSize) {
        long widened = 0;
        for (SafetensorsHeader.Entry entry : header.tensors().values()) {
            StorageType type = STORAGE_TYPES.get(entry.type());
            if (type != null) {
                widened += (entry.end() - entry.begin())
                        / type.bytes()
                        * type.elementType().bytes();
            }
        }
        if (widened > MAXIMUM_GROWTH * fileSize) {
            throw new InvalidSafetensorsException("once read the tensors would have " + widened + " bytes, more than "
                    + MAXIMUM_GROWTH + " times as many as the file's " + fileSize
                    + "; save narrow integers as numbers of 32 bits or more");
        }
    }

    private static Tensor tensor(String name, SafetensorsHeader.Entry entry, ByteBuffer data) {
        StorageType type = STORAGE_TYPES.get(entry.type());
        if (type == null) {
            throw new InvalidSafetensorsException(
                    "tensor '" + name + "' has the type '" + entry.type() + "', which is not read");
        }
        if (entry.shape().size() > MAXIMUM_DIMENSIONS) {
            throw new InvalidSafetensorsException("tensor '" + name + "' has "
                    + entry.shape().size() + " dimensions, at most " + MAXIMUM_DIMENSIONS + " are read");
        }
        // requireSeamless has shown that begin and end lie within the data, whose length is an int
        ByteBuffer bytes = data.slice((int) entry.begin(), (int) (entry.end() - entry.begin()));
        try {
            return type.read(entry.shape(), bytes);
        } catch (IllegalArgumentException e) {
            throw new InvalidSafetensorsException("tensor '" + name + "': " + e.getMessage(), e);
        }
    }
}
