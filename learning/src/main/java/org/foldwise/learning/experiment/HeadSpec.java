package org.foldwise.learning.experiment;

/**
 * The classifier on top of the backbone: dropout, linear, ReLU, dropout, linear.
 *
 * @param hidden width of the hidden layer, 1 to 4096
 * @param dropout probability of dropping a feature while training, in [0, 1)
 */
public record HeadSpec(int hidden, double dropout) {
    public HeadSpec {
        if (hidden < 1 || hidden > 4096) {
            throw new IllegalArgumentException("head.hidden must be 1 to 4096, was " + hidden);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("head.dropout must be in [0, 1), was " + dropout);
        }
    }
}
