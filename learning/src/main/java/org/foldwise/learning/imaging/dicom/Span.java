package org.foldwise.learning.imaging.dicom;

/** A part of the bytes. */
record Span(int offset, int length) {
    int end() {
        return offset + length;
    }
}
