package org.foldwise.learning.imaging;

/** How a turned, moved or zoomed image takes its pixels from places between those of the old one. */
public enum Resampling {
    /** The pixel that the place lies in: keeps grey levels, breaks thin lines. */
    NEAREST,
    /** The four pixels around the place, by their distances: keeps lines, softens noise. */
    BILINEAR
}
