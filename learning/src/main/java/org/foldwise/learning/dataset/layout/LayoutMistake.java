package org.foldwise.learning.dataset.layout;

/**
 * One thing that keeps uploaded files from being a dataset.
 *
 * @param subject what it is about: a file's name, a row or a column of the manifest, or a class; never a cell's value
 * @param detail what is wrong and what to change
 */
public record LayoutMistake(String subject, String detail) {}
