package org.foldwise.api;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small images and archives of them, made up. */
public final class Images {
    private Images() {}

    /** A grey PNG whose pixels follow from the seed. */
    public static byte[] png(int seed) {
        return png(seed, 40, 32);
    }

    public static byte[] png(int seed, int width, int height) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int grey = random.nextInt(256);
                image.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        }
        return write(image, "png");
    }

    public static byte[] jpeg(int seed) {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        image.setRGB(seed % 48, seed / 48 % 48, 0xffffff);
        return write(image, "jpeg");
    }

    /** A grey DICOM file of 12 bits, explicit little endian, with a window and the made-up patient {@code MRN<seed>}. */
    public static byte[] dicom(int seed, int width, int height) {
        return dicom(seed, width, height, "");
    }

    /** The same of an examination on a day, such as {@code 20260131}; none where that is empty. */
    public static byte[] dicom(int seed, int width, int height, String day) {
        Random random = new Random(seed);
        ByteBuffer file = ByteBuffer.allocate(1024 + 2 * width * height).order(ByteOrder.LITTLE_ENDIAN);
        file.position(128).put("DICM".getBytes(StandardCharsets.US_ASCII));
        text(file, 0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1\0");
        if (!day.isEmpty()) {
            text(file, 0x0008, 0x0020, "DA", day);
        }
        text(file, 0x0008, 0x0060, "CS", "DX");
        text(file, 0x0010, 0x0020, "LO", "MRN%05d".formatted(seed));
        number(file, 0x0002, 1);
        text(file, 0x0028, 0x0004, "CS", "MONOCHROME2 ");
        number(file, 0x0010, height);
        number(file, 0x0011, width);
        number(file, 0x0100, 16);
        number(file, 0x0101, 12);
        number(file, 0x0102, 11);
        number(file, 0x0103, 0);
        text(file, 0x0028, 0x1050, "DS", "2048");
        text(file, 0x0028, 0x1051, "DS", "4096");
        file.putShort((short) 0x7FE0).putShort((short) 0x0010);
        file.put("OW".getBytes(StandardCharsets.US_ASCII)).putShort((short) 0).putInt(2 * width * height);
        for (int i = 0; i < width * height; i++) {
            file.putShort((short) random.nextInt(4096));
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    /** The shades of a slice of {@link #volume}, 32 x 32 pixels row by row from the upper left: no two slices are alike. */
    public static byte[] slice(int seed, int slice) {
        byte[] shades = new byte[32 * 32];
        new Random(1000L * seed + slice).nextBytes(shades);
        return shades;
    }

    /** A NIfTI-1 volume of 8 bits whose slices show {@link #slice}. */
    public static byte[] volume(int seed, int slices) {
        ByteBuffer file = ByteBuffer.allocate(352 + slices * 1024).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 348).put(344, "n+1".getBytes(StandardCharsets.US_ASCII));
        file.putShort(40, (short) 3)
                .putShort(42, (short) 32)
                .putShort(44, (short) 32)
                .putShort(46, (short) slices);
        file.putShort(70, (short) 2).putFloat(108, 352);
        for (int slice = 0; slice < slices; slice++) {
            byte[] shades = slice(seed, slice);
            for (int i = 0; i < shades.length; i++) {
                // shown with the front on top and the patient's right on the left: turned by half
                file.put(352 + slice * 1024 + 1023 - i, shades[i]);
            }
        }
        return file.array();
    }

    /** A grey TIFF of 8 bits whose pages show {@link #slice}. */
    public static byte[] pages(int seed, int pages) {
        int directory = 2 + 12 * 6 + 4;
        ByteBuffer file = ByteBuffer.allocate(8 + pages * (directory + 1024)).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x002A4949).putInt(8);
        for (int page = 0; page < pages; page++) {
            int pixels = 8 + pages * directory + page * 1024;
            file.putShort((short) 6);
            for (int[] entry : new int[][] {{256, 32}, {257, 32}, {258, 8}, {262, 1}, {273, pixels}, {279, 1024}}) {
                file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
            }
            file.putInt(page == pages - 1 ? 0 : file.position() + 4);
        }
        for (int page = 0; page < pages; page++) {
            file.put(slice(seed, page));
        }
        return file.array();
    }

    private static void text(ByteBuffer file, int group, int element, String vr, String value) {
        file.putShort((short) group).putShort((short) element);
        file.put(vr.getBytes(StandardCharsets.US_ASCII)).putShort((short) value.length());
        file.put(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void number(ByteBuffer file, int element, int value) {
        file.putShort((short) 0x0028).putShort((short) element);
        file.put("US".getBytes(StandardCharsets.US_ASCII)).putShort((short) 2).putShort((short) value);
    }

    /** Class folders with that many patients, every third of them ill, each with one to three images. */
    public static Map<String, byte[]> classFolders(int patients) {
        return classFolders(patients, 0);
    }

    /** The same patients with other images. */
    public static Map<String, byte[]> classFolders(int patients, int firstImage) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < patients; patient++) {
            String label = patient % 3 == 0 ? "ILL" : "HEALTHY";
            for (int image = 0; image <= patient % 3; image++) {
                files.put("%s/p%03d_%d.png".formatted(label, patient, image), png(firstImage + 10 * patient + image));
            }
        }
        return files;
    }

    /** What macOS keeps of a file beside it, in a file called ._NAME: a header with an entry for Finder information, and that. */
    public static byte[] appleDouble() {
        return ByteBuffer.allocate(70)
                .putInt(0x00051607)
                .putInt(0x00020000)
                .put("Mac OS X        ".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 1)
                .putInt(9)
                .putInt(38)
                .putInt(32)
                .array();
    }

    public static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static byte[] tarGzip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] write(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
