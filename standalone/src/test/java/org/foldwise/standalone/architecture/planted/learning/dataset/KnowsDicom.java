package org.foldwise.standalone.architecture.planted.learning.dataset;

import org.dcm4che3.PlantedDicom;

/** Breaks R4. */
interface KnowsDicom {
    PlantedDicom read();
}
