package org.foldwise.learning.explanation;

import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Weights;

/**
 * A network that answers, alone or with others.
 *
 * @param spec what it is made of
 * @param weights that it was trained to
 * @param preprocessing by which it sees images
 * @param precision that it answers in
 */
public record AnsweringNetwork(NetworkSpec spec, Weights weights, Preprocessing preprocessing, Precision precision) {}
