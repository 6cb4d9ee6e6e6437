package org.foldwise.standalone.architecture.planted.learning.leakage;

/** What R16 keeps for leakage experiments. */
public final class LeakageFold {}
