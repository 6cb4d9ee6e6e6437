package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebP file (RFC 9649) whose chunks have been walked to the end that its header declares: one still picture, lossy or lossless, of a
 * size that its own header states, and that of the extended format if there is one.
 */
final class WebpFile implements ImageFile {
    private static final int HEADER_LENGTH = 12;
    private static final int CHUNK_HEADER_LENGTH = 8;
    private static final int EXTENDED_LENGTH = 10;
    private static final int ANIMATED = 0x02;
    private static final String LOSSY = "VP8 ";
    private static final String LOSSLESS = "VP8L";
    private static final String EXTENDED = "VP8X";
    private static final String ALPHA = "ALPH";
    private static final String PROFILE = "ICCP";
    private static final String EXIF = "EXIF";
    private static final byte[] EXIF_OF_JPEG = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private final byte[] file;
    private final ByteBuffer bytes;
    /** By name, the first of each. */
    private final Map<String, FileSpan> chunks = new HashMap<>();

    private EmbeddedMetadata metadata = EmbeddedMetadata.NONE;
    private boolean hasTrailingData;
    private @Nullable Vp8Frame lossy;
    private Vp8lImage.@Nullable Header lossless;
    private @Nullable WebpAlpha alpha;

    private WebpFile(byte[] file) {
        this.file = file;
        this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    static WebpFile open(byte[] file, ImageLimits limits) {
        WebpFile webp = new WebpFile(file);
        webp.readChunks();
        webp.readHeaders();
        limits.requireDimensions(webp.width(), webp.height());
        webp.requireCanvas();
        return webp;
    }

    private void readChunks() {
        long end = CHUNK_HEADER_LENGTH + Integer.toUnsignedLong(bytes.getInt(4));
        if (end > file.length) {
            throw truncated();
        }
        hasTrailingData = end < file.length;
        int position = HEADER_LENGTH;
        while (position < end) {
            if (end - position < CHUNK_HEADER_LENGTH) {
                throw truncated();
            }
            String name = new String(file, position, 4, StandardCharsets.ISO_8859_1);
            long length = Integer.toUnsignedLong(bytes.getInt(position + 4));
            position += CHUNK_HEADER_LENGTH;
            if (length > end - position) {
                throw truncated();
            }
            readChunk(name, new FileSpan(position, (int) length));
            position += (int) length;
            if (length % 2 == 1) {
                if (position == end) {
                    throw truncated();
                }
                position++;
            }
        }
    }

    private void readChunk(String name, FileSpan span) {
        switch (name) {
            case "ANIM", "ANMF" -> throw unsupported("it is animated");
            case LOSSY, LOSSLESS, EXTENDED, ALPHA -> {
                if (chunks.put(name, span) != null) {
                    throw corrupt("it has two chunks " + name.strip());
                }
            }
            case EXIF -> metadata = metadata.and(EmbeddedMetadata.ofExif(exif(span)));
            case PROFILE -> {}
            default -> metadata = metadata.withText();
        }
    }

    /** Some writers keep the beginning that Exif has in JPEG files. */
    private ByteBuffer exif(FileSpan span) {
        int end = span.offset() + span.length();
        int start = span.offset();
        if (span.length() >= EXIF_OF_JPEG.length
                && Arrays.equals(file, start, start + EXIF_OF_JPEG.length, EXIF_OF_JPEG, 0, EXIF_OF_JPEG.length)) {
            start += EXIF_OF_JPEG.length;
        }
        return ByteBuffer.wrap(file, start, end - start);
    }

    private void readHeaders() {
        FileSpan extended = chunks.get(EXTENDED);
        if (extended != null) {
            if (extended.offset() != HEADER_LENGTH + CHUNK_HEADER_LENGTH || extended.length() != EXTENDED_LENGTH) {
                throw corrupt("its extended header is out of place");
            }
            if ((file[extended.offset()] & ANIMATED) != 0) {
                throw unsupported("it is animated");
            }
        }
        FileSpan lossySpan = chunks.get(LOSSY);
        FileSpan losslessSpan = chunks.get(LOSSLESS);
        FileSpan alphaSpan = chunks.get(ALPHA);
        if ((lossySpan == null) == (losslessSpan == null)) {
            throw lossySpan == null ? truncated() : corrupt("it has two pictures");
        }
        if (losslessSpan != null) {
            if (alphaSpan != null) {
                throw corrupt("its lossless picture has its alpha apart");
            }
            lossless = Vp8lImage.Header.of(file, losslessSpan);
        } else {
            Vp8Frame frame = Vp8Frame.open(file, Objects.requireNonNull(lossySpan));
            lossy = frame;
            alpha = alphaSpan == null ? null : WebpAlpha.open(file, alphaSpan, frame.width(), frame.height());
        }
    }

    private void requireCanvas() {
        FileSpan extended = chunks.get(EXTENDED);
        if (extended != null) {
            int width = bytes.getInt(extended.offset() + 4) & 0xFFFFFF;
            int height = bytes.getInt(extended.offset() + 6) >>> 8;
            if (width + 1 != width() || height + 1 != height()) {
                throw corrupt("its headers declare different sizes");
            }
        }
    }

    private int width() {
        return lossless == null ? Objects.requireNonNull(lossy).width() : lossless.width();
    }

    private int height() {
        return lossless == null ? Objects.requireNonNull(lossy).height() : lossless.height();
    }

    @Override
    public ImageHeader header() {
        return ImageHeader.of(ImageFormat.WEBP, width(), height(), 3, 8, metadata, hasTrailingData);
    }

    @Override
    public PixelImage decode(int frame) {
        Objects.checkIndex(frame, 1);
        byte[] rgb;
        if (lossless == null) {
            rgb = Objects.requireNonNull(lossy).decode();
            if (alpha != null) {
                alpha.putOnBlack(rgb);
            }
        } else {
            rgb = onBlack(lossless, Vp8lImage.decode(file, lossless.pixels(), width(), height()));
        }
        return metadata.orientation().upright(PixelImage.wrapping(width(), height(), 3, rgb));
    }

    private static byte[] onBlack(Vp8lImage.Header header, int[] pixels) {
        byte[] rgb = PixelImage.emptySamples(header.width(), header.height(), 3);
        for (int i = 0, to = 0; i < pixels.length; i++, to += 3) {
            int opacity = header.hasAlpha() ? pixels[i] >>> 24 : 255;
            rgb[to] = onBlack(pixels[i] >> 16 & 0xFF, opacity);
            rgb[to + 1] = onBlack(pixels[i] >> 8 & 0xFF, opacity);
            rgb[to + 2] = onBlack(pixels[i] & 0xFF, opacity);
        }
        return rgb;
    }

    static byte onBlack(int value, int opacity) {
        return (byte) ((value * opacity + 127) / 255);
    }

    static UnreadableImageException truncated() {
        return new UnreadableImageException(ImageDefect.TRUNCATED, "the WebP ends before its image does");
    }

    static UnreadableImageException unsupported(String why) {
        return new UnreadableImageException(ImageDefect.UNSUPPORTED_ENCODING, "the WebP is of a kind not read: " + why);
    }

    static UnreadableImageException corrupt(String why) {
        return new UnreadableImageException(ImageDefect.CORRUPT, "the WebP is broken: " + why);
    }
}
