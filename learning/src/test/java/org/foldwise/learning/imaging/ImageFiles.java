package org.foldwise.learning.imaging;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Image files made for tests, by the JDK's writers or chunk by chunk. */
final class ImageFiles {
    private static final HexFormat HEX = HexFormat.of();
    static final byte[] PNG_SIGNATURE = HEX.parseHex("89504e470d0a1a0a");

    private ImageFiles() {}

    /** An image of smooth gradients and some noise, as compressible as films are. */
    static BufferedImage scene(int width, int height, int type, SplittableRandom random) {
        return filled(new BufferedImage(width, height, type), random);
    }

    static BufferedImage palette(int width, int height, int bits, SplittableRandom random) {
        byte[] red = new byte[1 << bits];
        byte[] green = new byte[1 << bits];
        byte[] blue = new byte[1 << bits];
        random.nextBytes(red);
        random.nextBytes(green);
        random.nextBytes(blue);
        var colours = new IndexColorModel(bits, 1 << bits, red, green, blue);
        int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
        return filled(new BufferedImage(width, height, type, colours), random);
    }

    private static BufferedImage filled(BufferedImage image, SplittableRandom random) {
        WritableRaster raster = image.getRaster();
        int bits = image.getSampleModel().getSampleSize(0);
        int full = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_USHORT ? 65535 : (1 << bits) - 1;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                for (int band = 0; band < raster.getNumBands(); band++) {
                    double slope =
                            (x * (band + 1.0) / image.getWidth() + (double) y / image.getHeight()) / (band + 2.0);
                    int value = (int) (full * slope + random.nextDouble(-0.05, 0.05) * full);
                    raster.setSample(x, y, band, Math.max(0, Math.min(full, value)));
                }
            }
        }
        return image;
    }

    static byte[] png(BufferedImage image, boolean interlaced) {
        return written(image, "png", interlaced);
    }

    static byte[] jpeg(BufferedImage image, boolean progressive) {
        return written(image, "jpeg", progressive);
    }

    private static byte[] written(BufferedImage image, String format, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var output = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** A PNG of the given chunks, checksums included. */
    static byte[] pngOf(byte[]... chunks) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(PNG_SIGNATURE);
        for (byte[] chunk : chunks) {
            file.writeBytes(chunk);
        }
        return file.toByteArray();
    }

    static byte[] header(int width, int height, int bits, int colourType) {
        return header(width, height, bits, colourType, 0);
    }

    static byte[] header(int width, int height, int bits, int colourType, int interlace) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) colourType)
                        .put(new byte[] {0, 0, (byte) interlace})
                        .array());
    }

    static byte[] imageData(int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return chunk("IDAT", deflated(data));
    }

    static byte[] end() {
        return chunk("IEND", new byte[0]);
    }

    static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] packed = new byte[data.length + 64];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }

    static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        return chunk.putInt((int) crc.getValue()).array();
    }

    /** An EXIF block, little endian, that says the orientation and nothing else. */
    static byte[] exif(int orientation) {
        return HEX.parseHex(
                "49492a0008000000" + "0100" + "1201030001000000" + "%02x000000".formatted(orientation) + "00000000");
    }

    /** The JPEG with a segment right behind its start. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
        return ByteBuffer.allocate(jpeg.length + 4 + content.length)
                .put(jpeg, 0, 2)
                .put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) (content.length + 2))
                .put(content)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
