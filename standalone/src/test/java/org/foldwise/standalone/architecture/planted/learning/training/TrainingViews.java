package org.foldwise.standalone.architecture.planted.learning.training;

/** What R15 keeps for audits. */
public final class TrainingViews {}
