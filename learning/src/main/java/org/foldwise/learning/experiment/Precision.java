package org.foldwise.learning.experiment;

/** What the products of a training, its convolutions and linear layers, are computed in. Everything else is float32. */
public enum Precision {
    /** 24 significant bits. */
    FLOAT32,
    /** 8 significant bits and the range of float32, so that no loss needs scaling; sums within a product are float32. */
    BFLOAT16
}
