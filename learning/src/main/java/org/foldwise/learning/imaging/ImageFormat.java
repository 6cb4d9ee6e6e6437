package org.foldwise.learning.imaging;

/** The file formats that are read, known by their first bytes and never by their names. */
public enum ImageFormat {
    PNG,
    JPEG
}
