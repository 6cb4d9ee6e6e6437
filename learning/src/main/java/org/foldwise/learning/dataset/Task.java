package org.foldwise.learning.dataset;

/** What is asked of an image. The task decides the network's outputs and their squashing function. */
public enum Task {
    /** Two exclusive classes, one of them positive: one output, sigmoid. */
    BINARY
}
