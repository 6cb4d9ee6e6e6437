package org.foldwise.learning.json;

/**
 * One thing that is wrong with a JSON document.
 *
 * @param pointer where, as a JSON pointer (RFC 6901), such as {@code /optimizer/learningRate}
 * @param detail what is wrong and what would be right
 */
public record Mistake(String pointer, String detail) {}
