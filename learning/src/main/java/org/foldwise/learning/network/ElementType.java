package org.foldwise.learning.network;

/** Type of the elements of a {@link Tensor}. */
public enum ElementType {
    FLOAT32("F32", Float.BYTES),
    FLOAT64("F64", Double.BYTES),
    INT64("I64", Long.BYTES);

    private final String safetensorsName;
    private final int bytes;

    ElementType(String safetensorsName, int bytes) {
        this.safetensorsName = safetensorsName;
        this.bytes = bytes;
    }

    /** How safetensors files spell it. */
    public String safetensorsName() {
        return safetensorsName;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
