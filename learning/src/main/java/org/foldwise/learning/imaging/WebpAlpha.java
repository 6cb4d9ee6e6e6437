package org.foldwise.learning.imaging;

/** The alpha of a lossy WebP picture (RFC 9649, section 2.7.1.2): raw or in lossless coding, filtered by its neighbours. */
final class WebpAlpha {
    private static final int RAW = 0;
    private static final int LOSSLESS = 1;

    private final byte[] file;
    private final FileSpan values;
    private final int width;
    private final int height;
    private final int method;
    private final int filter;

    private WebpAlpha(byte[] file, FileSpan values, int width, int height, int method, int filter) {
        this.file = file;
        this.values = values;
        this.width = width;
        this.height = height;
        this.method = method;
        this.filter = filter;
    }

    static WebpAlpha open(byte[] file, FileSpan span, int width, int height) {
        if (span.length() < 1) {
            throw WebpFile.truncated();
        }
        int header = file[span.offset()] & 0xFF;
        int method = header & 3;
        FileSpan values = new FileSpan(span.offset() + 1, span.length() - 1);
        if (method > LOSSLESS) {
            throw WebpFile.unsupported("its alpha is packed in another way");
        }
        if (method == RAW && values.length() != width * height) {
            throw values.length() < width * height
                    ? WebpFile.truncated()
                    : WebpFile.corrupt("its alpha goes on behind its last row");
        }
        return new WebpAlpha(file, values, width, height, method, header >> 2 & 3);
    }

    /** Darkens colours by their alpha. */
    void putOnBlack(byte[] rgb) {
        byte[] alpha = method == RAW ? raw() : unpacked();
        for (int i = 0, at = 0; i < alpha.length; i++) {
            if (filter != 0) {
                alpha[i] += (byte) prediction(alpha, i);
            }
            int opacity = alpha[i] & 0xFF;
            for (int end = at + 3; at < end; at++) {
                rgb[at] = WebpFile.onBlack(rgb[at] & 0xFF, opacity);
            }
        }
    }

    private byte[] raw() {
        byte[] alpha = new byte[values.length()];
        System.arraycopy(file, values.offset(), alpha, 0, alpha.length);
        return alpha;
    }

    /** Alpha is the green of a lossless image. */
    private byte[] unpacked() {
        int[] pixels = Vp8lImage.decode(file, values, width, height);
        byte[] alpha = new byte[pixels.length];
        for (int i = 0; i < alpha.length; i++) {
            alpha[i] = (byte) (pixels[i] >> 8);
        }
        return alpha;
    }

    private int prediction(byte[] alpha, int i) {
        if (i < width) {
            return i == 0 ? 0 : alpha[i - 1];
        }
        int above = alpha[i - width] & 0xFF;
        if (i % width == 0) {
            return above;
        }
        int left = alpha[i - 1] & 0xFF;
        int corner = alpha[i - width - 1] & 0xFF;
        return switch (filter) {
            case 1 -> left;
            case 2 -> above;
            default -> Math.max(0, Math.min(255, left + above - corner));
        };
    }
}
