package org.foldwise.learning.network;

import org.foldwise.learning.experiment.HeadSpec;

/** The classifier on top of a backbone: dropout, linear, ReLU, dropout, linear, numbered as in a PyTorch Sequential. */
final class ClassifierHead {
    static final String PREFIX = "classifier.";

    private ClassifierHead() {}

    /** Features, N x inputs, to logits, N x outputs. */
    static Layer of(HeadSpec spec, int inputs, int outputs) {
        return Layer.Sequence.of(
                new Layer.DropoutLayer(spec.dropout()),
                new Layer.Dense(PREFIX + "1", inputs, spec.hidden()),
                new Layer.Relu(),
                new Layer.DropoutLayer(spec.dropout()),
                new Layer.Dense(PREFIX + "4", spec.hidden(), outputs));
    }
}
