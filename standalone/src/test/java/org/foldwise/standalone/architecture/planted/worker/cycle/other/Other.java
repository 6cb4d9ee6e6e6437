package org.foldwise.standalone.architecture.planted.worker.cycle.other;

import org.foldwise.standalone.architecture.planted.worker.cycle.One;

/** Breaks R12 together with the one. */
public interface Other {
    One one();
}
