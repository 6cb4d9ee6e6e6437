package org.foldwise.standalone.architecture.planted.registry.run;

import org.foldwise.standalone.architecture.planted.learning.training.PlantedTraining;

/** Breaks R5. */
public interface KnowsTraining {
    PlantedTraining training();
}
