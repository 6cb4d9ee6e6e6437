/**
 * The queue of work for worker processes. db-scheduler finds due jobs, heartbeats them and finds dead workers;
 * {@link org.foldwise.registry.jobs.JobQueue} keeps the lasting row of each job and its fencing token. A job is a kind and an id:
 * what is to be done stands in the tables of the stage that enqueued it, and this package knows no stage.
 */
@NullMarked
package org.foldwise.registry.jobs;

import org.jspecify.annotations.NullMarked;
