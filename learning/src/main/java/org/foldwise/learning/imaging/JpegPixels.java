package org.foldwise.learning.imaging;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The pixels of a JPEG file, by the JDK's own reader (the IJG library). That reader repairs damaged scans and only whispers
 * about it: here any warning refuses the image.
 */
final class JpegPixels {
    private static final String JDK_READER = "com.sun.imageio.plugins.jpeg.JPEGImageReader";
    private static final ImageReaderSpi READERS = jdkReaders();

    private JpegPixels() {}

    /** The stored pixels, not yet upright. */
    static PixelImage decode(JpegFile jpeg) {
        AtomicBoolean repaired = new AtomicBoolean();
        Raster raster = read(jpeg, repaired);
        if (repaired.get()) {
            throw new UnreadableImageException(ImageDefect.CORRUPT, "the JPEG's image data are damaged or incomplete");
        }
        if (raster.getWidth() != jpeg.width()
                || raster.getHeight() != jpeg.height()
                || raster.getNumBands() != jpeg.components()) {
            throw new UnreadableImageException(
                    ImageDefect.CORRUPT, "the JPEG's pixels do not have the shape that its header declares");
        }
        byte[] samples = samples(raster);
        if (jpeg.components() == 4) {
            samples = PrinterInks.rgb(samples, jpeg.storesYcck());
        }
        return PixelImage.wrapping(jpeg.width(), jpeg.height(), jpeg.channels(), samples);
    }

    /** The reader signals broken data by exceptions of many kinds, unchecked ones among them. */
    private static Raster read(JpegFile jpeg, AtomicBoolean repaired) {
        ImageReader reader = null;
        try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg.essence()))) {
            reader = READERS.createReaderInstance();
            reader.addIIOReadWarningListener((source, warning) -> repaired.set(true));
            reader.setInput(input, true, true);
            // an image of four inks has no colour model that the reader knows
            return jpeg.components() == 4
                    ? reader.readRaster(0, null)
                    : reader.read(0).getRaster();
        } catch (IOException | RuntimeException e) {
            throw new UnreadableImageException(ImageDefect.CORRUPT, "the JPEG's image data cannot be decoded", e);
        } finally {
            if (reader != null) {
                reader.dispose();
            }
        }
    }

    /** The raster's own array where it has the wanted layout, which saves a second copy of a large film. */
    private static byte[] samples(Raster raster) {
        int channels = raster.getNumBands();
        int stride = raster.getWidth() * channels;
        if (!(raster.getDataBuffer() instanceof DataBufferByte buffer)
                || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel layout)
                || layout.getPixelStride() != channels
                || layout.getScanlineStride() != stride
                || buffer.getData().length != stride * raster.getHeight()) {
            throw new IllegalStateException("the JDK's JPEG reader gave an unknown layout: " + raster.getSampleModel());
        }
        byte[] samples = buffer.getData();
        int[] offsets = layout.getBandOffsets();
        if (channels == 3 && Arrays.equals(offsets, new int[] {2, 1, 0})) {
            for (int i = 0; i < samples.length; i += 3) {
                byte blue = samples[i];
                samples[i] = samples[i + 2];
                samples[i + 2] = blue;
            }
        }
        return samples;
    }

    private static ImageReaderSpi jdkReaders() {
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (providers.hasNext()) {
            ImageReaderSpi provider = providers.next();
            if (provider.getPluginClassName().equals(JDK_READER)) {
                return provider;
            }
        }
        throw new IllegalStateException("this Java platform has no JPEG reader");
    }
}
