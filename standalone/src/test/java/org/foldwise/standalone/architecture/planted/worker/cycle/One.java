package org.foldwise.standalone.architecture.planted.worker.cycle;

import org.foldwise.standalone.architecture.planted.worker.cycle.other.Other;

/** Breaks R12 together with the other. */
public interface One {
    Other other();
}
