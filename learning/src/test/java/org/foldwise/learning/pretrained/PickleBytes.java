package org.foldwise.learning.pretrained;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A pickle written by hand, instruction by instruction, without the good manners of Python's own writer. */
final class PickleBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private PickleBytes() {}

    /** Protocol 2. */
    static PickleBytes start() {
        return new PickleBytes().raw(0x80, 2);
    }

    PickleBytes raw(int... codes) {
        for (int code : codes) {
            bytes.write(code);
        }
        return this;
    }

    /** Single instructions that are letters or signs, such as {@code "}("}. */
    PickleBytes signs(String instructions) {
        bytes.writeBytes(instructions.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    PickleBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(new byte[] {'X'});
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(utf8.length)
                .array());
        bytes.writeBytes(utf8);
        return this;
    }

    PickleBytes whole(long value) {
        bytes.writeBytes(ByteBuffer.allocate(2 + Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x8A)
                .put((byte) Long.BYTES)
                .putLong(value)
                .array());
        return this;
    }

    PickleBytes global(String module, String name) {
        return signs("c" + module + "\n" + name + "\n");
    }

    /** A tuple of numbers. */
    PickleBytes wholes(long... values) {
        signs("(");
        for (long value : values) {
            whole(value);
        }
        return signs("t");
    }

    /** The id of a storage, taken as one. */
    PickleBytes storage(String type, String key, long elements) {
        return signs("(")
                .text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .whole(elements)
                .signs("tQ");
    }

    /** A float32 tensor in the storage {@code 0}. */
    PickleBytes tensor(long elements, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .signs("(")
                .storage("FloatStorage", "0", elements)
                .whole(offset)
                .wholes(shape)
                .wholes(strides)
                .raw(0x89)
                .signs("N")
                .signs("tR");
    }

    /** Ends it. */
    byte[] stop() {
        return signs(".").bytes.toByteArray();
    }
}
