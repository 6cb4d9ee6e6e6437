package org.foldwise.learning.imaging.dicom;

import java.util.List;

/** Lossless scans (ITU-T T.81, annex H): each sample is coded by its difference from a prediction out of its neighbours. */
final class JpegPrediction {
    /** In a sound picture sums run over where dark meets bright, and by signed numbers as well. */
    private static final int RARELY = 1000;

    private final PixelFormat format;
    private final int precision;
    private final int predictor;
    private final int lowBits;
    private final JpegRestarts restarts;
    /** Of a scan that may have been predicted by signed numbers: what its samples would be then. */
    private int[] signed = {};

    private int wraps;
    private int signedWraps;

    /**
     * A scan.
     *
     * @param predictor 1 to 7, by table H.1
     * @param lowBits left out of every sample, the point transform
     */
    JpegPrediction(PixelFormat format, int precision, int predictor, int lowBits, JpegRestarts restarts) {
        this.format = format;
        this.precision = precision;
        this.predictor = predictor;
        this.lowBits = lowBits;
        this.restarts = restarts;
    }

    /** Writes the samples of the scanned components into their places among all. */
    void decode(List<JpegComponent> scanned, BitReader bits, int[] samples) {
        int width = format.columns();
        int channels = format.samples();
        if (restarts.interval() % width != 0) {
            throw UnreadableDicomException.unsupported("it restarts within a row");
        }
        int stride = width * channels;
        if (mayPredictSigned()) {
            signed = new int[samples.length];
        }
        int firstRow = 0;
        for (int y = 0; y < format.rows(); y++) {
            for (int x = 0; x < width; x++) {
                if (restarts.beforeUnit()) {
                    firstRow = y;
                }
                for (JpegComponent component : scanned) {
                    int at = y * stride + x * channels + component.index();
                    int difference = difference(component, bits);
                    int sum = predict(samples, at, x, y > firstRow, stride, channels) + difference;
                    samples[at] = sample(sum);
                    if (signed.length > 0) {
                        followSigned(sum, at, x, y > firstRow, stride, channels, difference);
                    }
                }
            }
        }
        requireUnsignedPrediction(samples.length);
        if (lowBits > 0) {
            for (JpegComponent component : scanned) {
                for (int at = component.index(); at < samples.length; at += channels) {
                    samples[at] <<= lowBits;
                }
            }
        }
    }

    /** Only where a prediction halves a difference do signed and unsigned numbers come to different samples, modulo 2^16. */
    private boolean mayPredictSigned() {
        return format.signed() && precision - lowBits == 16 && predictor >= 5;
    }

    private void followSigned(int sum, int at, int x, boolean hasAbove, int stride, int channels, int difference) {
        wraps += sum < 0 || sum > 0xFFFF ? 1 : 0;
        int predicted = predict(signed, at, x, hasAbove, stride, channels);
        int signedSum = (!hasAbove && x == 0 ? Short.MIN_VALUE : predicted) + difference;
        signedWraps += signedSum < Short.MIN_VALUE || signedSum > Short.MAX_VALUE ? 1 : 0;
        signed[at] = (short) signedSum;
    }

    /**
     * Samples are unsigned to JPEG (T.81, H.1.2.1), whatever DICOM makes of their bits. Some coders have predicted by signed ones: decoded as
     * the standard says, their streams are noise in which sums run over at every turn, and by signed numbers none does.
     */
    private void requireUnsignedPrediction(int count) {
        if (signedWraps == 0 && wraps > count / RARELY) {
            throw UnreadableDicomException.corrupt(
                    "its lossless JPEG data were predicted by signed numbers, so that by the standard they show noise");
        }
    }

    private static int difference(JpegComponent component, BitReader bits) {
        int category = component.means().next(bits);
        if (category > 16) {
            throw UnreadableDicomException.corrupt("the coded data of a frame hold an impossible value");
        }
        return category == 16 ? 1 << 15 : JpegHuffmanTable.extended(bits, category);
    }

    /** Differences are modulo 2^16. */
    private int sample(int sum) {
        int value = sum & 0xFFFF;
        if (value >> (precision - lowBits) != 0) {
            throw UnreadableDicomException.corrupt("the coded data of a frame hold a sample out of range");
        }
        return value;
    }

    private int predict(int[] samples, int at, int x, boolean hasAbove, int stride, int channels) {
        if (!hasAbove) {
            return x == 0 ? 1 << (precision - lowBits - 1) : samples[at - channels];
        }
        int above = samples[at - stride];
        if (x == 0) {
            return above;
        }
        int left = samples[at - channels];
        int diagonal = samples[at - stride - channels];
        return switch (predictor) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> diagonal;
            case 4 -> left + above - diagonal;
            case 5 -> left + ((above - diagonal) >> 1);
            case 6 -> above + ((left - diagonal) >> 1);
            default -> (left + above) >> 1;
        };
    }
}
