package org.foldwise.learning.imaging.dicom;

/** Counts units of a scan and steps over the restart markers between them. */
final class JpegRestarts {
    private final byte[] data;
    private final BitReader bits;
    private final int interval;
    private int units;
    private int next;

    JpegRestarts(byte[] data, BitReader bits, int interval) {
        this.data = data;
        this.bits = bits;
        this.interval = interval;
    }

    /** Units between markers, 0 for none. */
    int interval() {
        return interval;
    }

    /** Called before each unit: whether it is the first behind a marker. */
    boolean beforeUnit() {
        boolean due = interval > 0 && units == interval;
        if (due) {
            units = 0;
            restart();
        }
        units++;
        return due;
    }

    private void restart() {
        int at = bits.position();
        while (at + 1 < data.length && data[at] == (byte) 0xFF && data[at + 1] == (byte) 0xFF) {
            at++;
        }
        if (at + 1 >= data.length) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
        if (data[at] != (byte) 0xFF || (data[at + 1] & 0xFF) != 0xD0 + next) {
            throw UnreadableDicomException.corrupt("a JPEG restart marker is missing");
        }
        next = (next + 1) & 7;
        bits.restartAt(at + 2);
    }
}
