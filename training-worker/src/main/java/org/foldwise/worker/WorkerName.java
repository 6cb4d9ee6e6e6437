package org.foldwise.worker;

/**
 * By which name this worker signs its claims.
 *
 * @param value unique among the workers of a database at any time
 */
record WorkerName(String value) {}
