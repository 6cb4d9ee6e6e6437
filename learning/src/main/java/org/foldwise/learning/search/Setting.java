package org.foldwise.learning.search;

/**
 * One field of a plan, as a candidate has it.
 *
 * @param pointer where it stands in the plan, as a JSON pointer (RFC 6901), such as {@code /optimizer/learningRate}
 * @param value its value as a JSON text
 */
public record Setting(String pointer, String value) {}
