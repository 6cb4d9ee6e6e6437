package org.foldwise.worker;

/**
 * The version of this program, for the provenance of what it makes.
 *
 * @param value as the build has it, such as {@code 0.1.0}
 */
public record WorkerVersion(String value) {}
