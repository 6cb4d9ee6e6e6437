package org.foldwise.learning.imaging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Writes PNG files whose bytes depend on the pixels alone, not on the version of the platform's zlib, so that their digests
 * can be compared across machines. Rows are predicted by Paeth's filter and coded by one Huffman table, without looking for
 * repetitions: for noisy films that costs little.
 */
public final class PngEncoder {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("89504e470d0a1a0a");
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;

    private PngEncoder() {}

    /** The image as an 8-bit grey or RGB PNG file. */
    public static byte[] encode(PixelImage image) {
        ByteBuffer header = ByteBuffer.allocate(13)
                .putInt(image.width())
                .putInt(image.height())
                .put((byte) 8)
                .put((byte) (image.channels() == 1 ? 0 : 2))
                .put(new byte[3]);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        writeChunk(file, IHDR, header.array());
        writeChunk(file, IDAT, packed(filtered(image)));
        writeChunk(file, IEND, new byte[0]);
        return file.toByteArray();
    }

    private static void writeChunk(ByteArrayOutputStream file, int type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .putInt(type)
                .put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        chunk.putInt((int) crc.getValue());
        file.writeBytes(chunk.array());
    }

    private static byte[] filtered(PixelImage image) {
        int stride = image.width() * image.channels();
        byte[] samples = image.sharedSamples();
        byte[] filtered = new byte[Math.multiplyExact(stride + 1, image.height())];
        byte[] previous = new byte[stride];
        byte[] row = new byte[stride];
        int to = 0;
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(samples, y * stride, row, 0, stride);
            filtered[to++] = PngFilter.PAETH;
            for (int i = 0; i < stride; i++) {
                filtered[to++] = (byte) (row[i] - PngFilter.paeth(row, previous, i, image.channels()));
            }
            byte[] swap = previous;
            previous = row;
            row = swap;
        }
        return filtered;
    }

    /** A zlib stream (RFC 1950) around deflate. */
    private static byte[] packed(byte[] data) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream(data.length);
        stream.write(0x78);
        stream.write(0x01);
        stream.writeBytes(LiteralDeflate.encode(data));
        Adler32 adler = new Adler32();
        adler.update(data);
        stream.writeBytes(ByteBuffer.allocate(4).putInt((int) adler.getValue()).array());
        return stream.toByteArray();
    }
}
