package org.foldwise.standalone.architecture.planted.api.run;

import org.foldwise.standalone.architecture.planted.worker.PlantedWorker;

/** Breaks R7. */
public interface KnowsTheWorker {
    PlantedWorker worker();
}
