package org.foldwise.standalone.architecture.planted.registry.leakage;

/** What R16 keeps apart from runs. */
public final class PlantedLeakage {}
