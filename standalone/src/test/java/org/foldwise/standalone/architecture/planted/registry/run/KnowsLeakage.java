package org.foldwise.standalone.architecture.planted.registry.run;

import org.foldwise.standalone.architecture.planted.registry.leakage.PlantedLeakage;

/** Breaks R16. */
record KnowsLeakage(PlantedLeakage leakage) {}
