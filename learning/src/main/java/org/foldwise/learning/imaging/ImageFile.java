package org.foldwise.learning.imaging;

/** A file whose structure has been checked and whose pixels have not been touched. */
sealed interface ImageFile permits PngFile, JpegFile {
    ImageHeader header();

    /** The upright pixels. */
    PixelImage decode();
}
