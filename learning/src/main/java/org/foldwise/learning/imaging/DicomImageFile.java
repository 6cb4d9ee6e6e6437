package org.foldwise.learning.imaging;

import java.util.Objects;
import java.util.function.Supplier;
import org.foldwise.learning.imaging.dicom.DicomFile;
import org.foldwise.learning.imaging.dicom.DicomMetadata;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException;
import org.foldwise.learning.imaging.dicom.VoiWindow;

/** A DICOM file as one of the image files. */
final class DicomImageFile implements ImageFile {
    private final DicomFile dicom;

    private DicomImageFile(DicomFile dicom) {
        this.dicom = dicom;
    }

    static DicomImageFile open(byte[] file, ImageLimits limits) {
        DicomFile dicom = translating(() -> DicomFile.open(file, limits.maximumBytes()));
        limits.requireDimensions(dicom.columns(), dicom.rows());
        return new DicomImageFile(dicom);
    }

    @Override
    public ImageHeader header() {
        return new ImageHeader(
                ImageFormat.DICOM,
                dicom.columns(),
                dicom.rows(),
                dicom.channels(),
                dicom.bitsStored(),
                Orientation.UPRIGHT.exifValue(),
                dicom.hasOtherElements(),
                dicom.hasTrailingData(),
                dicom.frames());
    }

    @Override
    public PixelImage decode(int frame) {
        Objects.checkIndex(frame, dicom.frames());
        return PixelImage.wrapping(
                dicom.columns(), dicom.rows(), dicom.channels(), translating(() -> dicom.shades(frame)));
    }

    @Override
    public PixelImage decode(int frame, VoiWindow window) {
        Objects.checkIndex(frame, dicom.frames());
        if (dicom.channels() != 1) {
            throw ImageFile.withoutModalityValues(header());
        }
        return PixelImage.wrapping(dicom.columns(), dicom.rows(), 1, translating(() -> dicom.shades(frame, window)));
    }

    DicomMetadata metadata() {
        return dicom.metadata();
    }

    byte[] stripped() {
        return dicom.stripped();
    }

    private static <T> T translating(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (UnreadableDicomException e) {
            throw new UnreadableImageException(defect(e.reason()), String.valueOf(e.getMessage()), e);
        }
    }

    private static ImageDefect defect(UnreadableDicomException.Reason reason) {
        return switch (reason) {
            case NO_IMAGE -> ImageDefect.NO_IMAGE;
            case UNSUPPORTED_ENCODING -> ImageDefect.UNSUPPORTED_ENCODING;
            case TRUNCATED -> ImageDefect.TRUNCATED;
            case CORRUPT -> ImageDefect.CORRUPT;
            case TOO_LARGE -> ImageDefect.TOO_LARGE;
            case ZERO_SIZE -> ImageDefect.ZERO_SIZE;
        };
    }
}
