package org.foldwise.learning.imaging;

/** The file formats that are read, known by their first bytes and never by their names. */
public enum ImageFormat {
    PNG(MediaTypes.PNG),
    JPEG(MediaTypes.JPEG),
    TIFF(MediaTypes.TIFF),
    WEBP(MediaTypes.WEBP),
    DICOM(MediaTypes.DICOM),
    NIFTI(MediaTypes.NIFTI);

    /** The formats' media types as constants. */
    public static final class MediaTypes {
        public static final String PNG = "image/png";
        public static final String JPEG = "image/jpeg";
        public static final String TIFF = "image/tiff";
        public static final String WEBP = "image/webp";
        public static final String DICOM = "application/dicom";
        /** NIfTI has no media type of its own. */
        public static final String NIFTI = "application/octet-stream";

        private MediaTypes() {}
    }

    private final String mediaType;

    ImageFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /**
     * Whether grey images of the format hold values in a unit of their modality, such as Hounsfield units, and not just shades that
     * somebody has chosen.
     */
    public boolean hasModalityValues() {
        return this == DICOM || this == NIFTI;
    }
}
