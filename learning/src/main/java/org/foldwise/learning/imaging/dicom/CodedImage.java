package org.foldwise.learning.imaging.dicom;

import java.util.List;

/** What a codec found in a frame: samples as coded, without any conversion of colours, the samples of a pixel side by side. */
final class CodedImage {
    /** What the frame says about its colours. */
    enum Colours {
        UNSAID,
        /** Red, green and blue. */
        RGB,
        /** Luminance and two chromas. */
        YBR
    }

    private final int width;
    private final int height;
    private final int channels;
    private final Colours colours;
    private final List<CodedDepth> depths;
    private final int[] samples;

    /** @param depths of all channels, or one for each */
    CodedImage(int width, int height, int channels, Colours colours, List<CodedDepth> depths, int[] samples) {
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.colours = colours;
        this.depths = List.copyOf(depths);
        this.samples = samples;
    }

    /** The samples, if the frame has the shape that the header declares. */
    int[] requireShape(PixelFormat format) {
        if (width != format.columns() || height != format.rows() || channels != format.samples()) {
            throw mismatch();
        }
        return samples;
    }

    static UnreadableDicomException mismatch() {
        return UnreadableDicomException.corrupt("a frame does not have the shape that the header declares");
    }

    Colours colours() {
        return colours;
    }

    CodedDepth depth(int channel) {
        return depths.get(depths.size() == 1 ? 0 : channel);
    }
}
