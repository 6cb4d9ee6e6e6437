package org.foldwise.standalone.architecture.planted.learning.provenance;

import org.foldwise.standalone.architecture.planted.learning.split.PlantedSplit;

/** Breaks R1 in the library. */
final class KnowsALaterStage {
    PlantedSplit split = new PlantedSplit();
}
