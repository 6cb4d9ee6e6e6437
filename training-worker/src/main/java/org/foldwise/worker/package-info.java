/**
 * The worker process: takes jobs from the queue, one training at a time beside one short job, does what
 * {@code org.foldwise.learning} knows how to do, and reports to the registry under its fencing token. Main types:
 * {@link org.foldwise.worker.TrainingWorker}, {@code WorkerLoop} and {@link org.foldwise.worker.LeaseWatch}. What a job does is
 * in the packages below, named for the stages; there is no HTTP here.
 */
@NullMarked
package org.foldwise.worker;

import org.jspecify.annotations.NullMarked;
