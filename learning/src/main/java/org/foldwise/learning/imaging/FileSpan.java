package org.foldwise.learning.imaging;

/** A part of a file's bytes. */
record FileSpan(int offset, int length) {}
