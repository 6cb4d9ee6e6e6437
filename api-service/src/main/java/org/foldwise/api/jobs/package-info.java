/**
 * What workers are at: progress of one job by polling and as a stream of events, and the depth of the queue. Which resource a job
 * belongs to is a later stage's business.
 */
@NullMarked
package org.foldwise.api.jobs;

import org.jspecify.annotations.NullMarked;
