package org.foldwise.standalone.architecture.planted.api.upload;

import org.foldwise.standalone.architecture.planted.api.run.KnowsTheWorker;

/** Breaks R1 in the API. */
interface KnowsRuns {
    KnowsTheWorker run();
}
