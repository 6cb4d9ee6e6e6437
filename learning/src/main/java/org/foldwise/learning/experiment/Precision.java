package org.foldwise.learning.experiment;

import java.util.Locale;

/**
 * What the products of a training or of a model's answers, convolutions and linear layers, are computed in. Everything else of a
 * training is float32.
 */
public enum Precision {
    /** 24 significant bits. */
    FLOAT32,
    /** 8 significant bits and the range of float32, so that no loss needs scaling; sums within a product are float32. */
    BFLOAT16,
    /**
     * 11 significant bits from 2^-14 to 65504, less precisely down to 2^-24: gradients fall below that unless the loss is scaled. For
     * trainings on a GPU; models do not answer in it.
     */
    FLOAT16;

    /** As records of what was done spell it: float32, bfloat16 or float16. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The precision that is spelt so.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Precision labelled(String label) {
        for (Precision precision : values()) {
            if (precision.label().equals(label)) {
                return precision;
            }
        }
        throw new IllegalArgumentException("a precision must be float32, bfloat16 or float16, was '" + label + "'");
    }
}
