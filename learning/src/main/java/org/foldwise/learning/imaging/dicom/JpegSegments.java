package org.foldwise.learning.imaging.dicom;

/**
 * The marker segments of a frame of JPEG or JPEG-LS, one after the other. The coded data of a scan follow its segment: whoever reads
 * them says where they end.
 */
final class JpegSegments {
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    /** Nobody writes more than some dozens; each costs time. */
    private static final int MAXIMUM = 1000;

    private final byte[] data;
    private final String process;
    private int position;

    /** @param process what a message calls the coding, {@code JPEG} or {@code JPEG-LS} */
    JpegSegments(byte[] data, String process) {
        this.data = data;
        this.process = process;
    }

    /** What takes a segment. */
    interface Reader {
        /**
         * Takes a segment.
         *
         * @param start the first byte behind the segment's length
         * @param end the first byte behind the segment
         */
        void read(int marker, int start, int end);
    }

    /**
     * Hands over every segment up to the end marker.
     *
     * @throws UnreadableDicomException if the frame ends before, or is something else
     */
    void forEach(Reader reader) {
        require(2);
        if (data[0] != (byte) 0xFF || (data[1] & 0xFF) != START) {
            throw UnreadableDicomException.corrupt("a frame does not begin as " + process + " does");
        }
        position = 2;
        for (int segments = 0; segments < MAXIMUM; segments++) {
            int marker = nextMarker();
            if (marker == END) {
                return;
            }
            require(2);
            int length = uint16(position);
            if (length < 2) {
                throw UnreadableDicomException.corrupt("a " + process + " segment declares " + length + " bytes");
            }
            require(length);
            int start = position + 2;
            position += length;
            reader.read(marker, start, position);
        }
        throw UnreadableDicomException.corrupt("a frame has more than " + MAXIMUM + " " + process + " segments");
    }

    private int nextMarker() {
        require(2);
        if (data[position] != (byte) 0xFF) {
            throw UnreadableDicomException.corrupt(
                    "a " + process + " segment is followed by something else than a marker");
        }
        while (data[position] == (byte) 0xFF) {
            position++;
            require(1);
        }
        return data[position++] & 0xFF;
    }

    /** Lets the next marker be looked for behind a scan's coded data. */
    void goOnAt(int endOfScan) {
        position = endOfScan;
    }

    /** The big-endian number of the two bytes there. */
    int uint16(int at) {
        return (data[at] & 0xFF) << 8 | (data[at + 1] & 0xFF);
    }

    private void require(int count) {
        if (data.length - position < count) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
    }
}
