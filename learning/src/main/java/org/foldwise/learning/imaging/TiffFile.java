package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A TIFF file (TIFF 6.0) whose directories have been walked to the last: pages of grey, colour or palette in strips or tiles that lie
 * within the file. Smaller versions of a page are passed over; several pages of one size are frames, as those of DICOM are.
 */
final class TiffFile implements ImageFile {
    static final int HEADER_LENGTH = 8;

    /** Some writers fill up to a multiple of 16 bytes. */
    private static final int PADDING = 15;

    private static final int LITTLE_ENDIAN = 0x4949;
    private static final int MAXIMUM_PAGES = 10_000;
    /** What a strip or tile takes beside its pixels: its offset and its length. */
    private static final int LEAST_ENTRY = 4;

    private final byte[] file;
    private final List<TiffPage> pages = new ArrayList<>();
    private boolean mayHoldText;
    private boolean pointsToOthers;
    private long end = HEADER_LENGTH;

    private TiffFile(byte[] file) {
        this.file = file;
    }

    static TiffFile open(byte[] file, ImageLimits limits) {
        TiffFile tiff = new TiffFile(file);
        tiff.readPages(limits);
        return tiff;
    }

    private void readPages(ImageLimits limits) {
        if (file.length < HEADER_LENGTH) {
            throw truncated();
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        bytes.order(bytes.getShort(0) == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        Set<Long> seen = new HashSet<>();
        List<FileSpan> chunks = new ArrayList<>();
        long pixelBytes = 0;
        long next = Integer.toUnsignedLong(bytes.getInt(4));
        do {
            if (next < HEADER_LENGTH || !seen.add(next) || seen.size() > MAXIMUM_PAGES) {
                throw corrupt("its directories do not come to an end");
            }
            TiffDirectory directory = new TiffDirectory(bytes, next);
            TiffPage page = new TiffPage(bytes, directory, limits);
            for (FileSpan chunk : page.chunks()) {
                chunks.add(chunk);
                pixelBytes += chunk.length() + LEAST_ENTRY;
                end = Math.max(end, (long) chunk.offset() + chunk.length());
            }
            if (pixelBytes > file.length) {
                throw overlapping();
            }
            add(page);
            mayHoldText |= directory.mayHoldText();
            pointsToOthers |= directory.pointsToOthers();
            end = Math.max(end, directory.end());
            next = directory.next();
        } while (next != 0);
        requireApart(chunks);
        if (pages.isEmpty()) {
            throw corrupt("it has smaller versions of a page and not the page");
        }
    }

    private static void requireApart(List<FileSpan> chunks) {
        chunks.sort(Comparator.comparingInt(FileSpan::offset));
        for (int i = 1; i < chunks.size(); i++) {
            FileSpan before = chunks.get(i - 1);
            if (before.offset() + before.length() > chunks.get(i).offset()) {
                throw overlapping();
            }
        }
    }

    private static UnreadableImageException overlapping() {
        return corrupt("its strips or tiles lie on each other");
    }

    private void add(TiffPage page) {
        if (page.isReduced()) {
            return;
        }
        if (!pages.isEmpty() && !page.isLike(pages.get(0))) {
            throw unsupported("its pages are of different size or kind");
        }
        pages.add(page);
    }

    @Override
    public ImageHeader header() {
        TiffPage first = pages.get(0);
        return ImageHeader.of(
                        ImageFormat.TIFF,
                        first.width(),
                        first.height(),
                        first.channels(),
                        first.bits(),
                        new EmbeddedMetadata(first.orientation(), mayHoldText),
                        !pointsToOthers && file.length - end > PADDING)
                .withFrames(pages.size());
    }

    @Override
    public PixelImage decode(int frame) {
        TiffPage page = pages.get(frame);
        return page.orientation().upright(new TiffPixels(file, page).decode());
    }

    static UnreadableImageException truncated() {
        return new UnreadableImageException(ImageDefect.TRUNCATED, "the TIFF ends before its image does");
    }

    static UnreadableImageException unsupported(String why) {
        return new UnreadableImageException(ImageDefect.UNSUPPORTED_ENCODING, "the TIFF is of a kind not read: " + why);
    }

    static UnreadableImageException corrupt(String why) {
        return new UnreadableImageException(ImageDefect.CORRUPT, "the TIFF is broken: " + why);
    }
}
