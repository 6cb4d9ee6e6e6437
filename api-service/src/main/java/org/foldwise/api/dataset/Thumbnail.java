package org.foldwise.api.dataset;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.foldwise.learning.imaging.PixelImage;

/** A small picture to look at; what a network sees is made elsewhere. */
final class Thumbnail {
    private static final int LONGER_SIDE = 256;

    private Thumbnail() {}

    /** The image as PNG, upright and without metadata, its longer side at most 256 pixels. */
    static byte[] png(PixelImage image) {
        double scale = Math.min(1, (double) LONGER_SIDE / Math.max(image.width(), image.height()));
        int width = Math.max(1, (int) Math.round(image.width() * scale));
        int height = Math.max(1, (int) Math.round(image.height() * scale));
        int type = image.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        BufferedImage small = new BufferedImage(width, height, type);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(full(image, type), 0, 0, width, height, null);
        graphics.dispose();
        return encode(small);
    }

    private static BufferedImage full(PixelImage image, int type) {
        BufferedImage full = new BufferedImage(image.width(), image.height(), type);
        byte[] samples = image.samples();
        int[] row = new int[image.width() * image.channels()];
        for (int y = 0; y < image.height(); y++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = samples[y * row.length + i] & 0xff;
            }
            full.getRaster().setPixels(0, y, image.width(), 1, row);
        }
        return full;
    }

    private static byte[] encode(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory refused bytes", e);
        }
        return bytes.toByteArray();
    }
}
