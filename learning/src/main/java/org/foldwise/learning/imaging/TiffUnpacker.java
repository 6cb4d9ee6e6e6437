package org.foldwise.learning.imaging;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks one strip or tile of a TIFF file, row by row: exactly the declared rows must be there, no fewer and no more. */
sealed interface TiffUnpacker extends AutoCloseable {
    /** Fills the row with the next bytes. */
    void readRow(byte[] row);

    /** Refuses a strip that goes on behind its last row; one byte of padding may follow. */
    void requireEnd();

    @Override
    default void close() {}

    private static UnreadableImageException tooMuch() {
        return TiffFile.corrupt("a strip or tile goes on behind its last row");
    }

    /** Bytes as they are. */
    final class Plain implements TiffUnpacker {
        private final byte[] file;
        private final int end;
        private int position;

        Plain(byte[] file, FileSpan span) {
            this.file = file;
            this.position = span.offset();
            this.end = span.offset() + span.length();
        }

        @Override
        public void readRow(byte[] row) {
            if (end - position < row.length) {
                throw TiffFile.truncated();
            }
            System.arraycopy(file, position, row, 0, row.length);
            position += row.length;
        }

        @Override
        public void requireEnd() {
            if (position != end) {
                throw tooMuch();
            }
        }
    }

    /** Macintosh PackBits (TIFF 6.0, section 9). */
    final class Runs implements TiffUnpacker {
        private static final int NOTHING = -128;

        private final byte[] file;
        private final int end;
        private int position;
        private int left;
        private boolean repeats;

        Runs(byte[] file, FileSpan span) {
            this.file = file;
            this.position = span.offset();
            this.end = span.offset() + span.length();
        }

        @Override
        public void readRow(byte[] row) {
            for (int filled = 0; filled < row.length; ) {
                if (left == 0) {
                    begin();
                }
                int count = Math.min(left, row.length - filled);
                if (repeats) {
                    Arrays.fill(row, filled, filled + count, file[position]);
                } else {
                    System.arraycopy(file, position, row, filled, count);
                    position += count;
                }
                filled += count;
                left -= count;
                if (repeats && left == 0) {
                    position++;
                }
            }
        }

        private void begin() {
            while (position < end && file[position] == NOTHING) {
                position++;
            }
            if (position == end) {
                throw TiffFile.truncated();
            }
            int control = file[position++];
            repeats = control < 0;
            left = repeats ? 1 - control : 1 + control;
            if (end - position < (repeats ? 1 : left)) {
                throw TiffFile.truncated();
            }
        }

        @Override
        public void requireEnd() {
            if (left > 0 || end - position > 1) {
                throw tooMuch();
            }
        }
    }

    /** zlib's format, checksum included. */
    final class Deflated implements TiffUnpacker {
        private final Inflater inflater = new Inflater();
        private final byte[] one = new byte[1];

        Deflated(byte[] file, FileSpan span) {
            inflater.setInput(file, span.offset(), span.length());
        }

        @Override
        public void readRow(byte[] row) {
            for (int filled = 0; filled < row.length; ) {
                int count = inflate(row, filled);
                if (count == 0) {
                    throw TiffFile.truncated();
                }
                filled += count;
            }
        }

        /** Number of bytes written, 0 at the end of the data. */
        private int inflate(byte[] target, int offset) {
            try {
                int count = inflater.inflate(target, offset, target.length - offset);
                if (inflater.needsDictionary()) {
                    throw TiffFile.corrupt("a strip or tile needs a dictionary");
                }
                return count;
            } catch (DataFormatException e) {
                throw new UnreadableImageException(
                        ImageDefect.CORRUPT, "the TIFF is broken: a strip or tile cannot be unpacked", e);
            }
        }

        @Override
        public void requireEnd() {
            if (inflate(one, 0) != 0 || inflater.getRemaining() > 1) {
                throw tooMuch();
            }
            if (!inflater.finished()) {
                throw TiffFile.truncated();
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    /** Lempel, Ziv and Welch's strings in codes of 9 to 12 bits, the first bit the highest (TIFF 6.0, section 13). */
    final class Strings implements TiffUnpacker {
        private static final int CLEAR = 256;
        private static final int END = 257;
        private static final int FIRST = 258;
        private static final int TABLE = 4096;
        private static final int NONE = -1;

        private final byte[] file;
        private final int end;
        private int position;
        private int held;
        private int heldBits;
        private int codeBits = 9;
        private int next = FIRST;
        private int previous = NONE;
        private boolean ended;
        private final short[] prefix = new short[TABLE];
        private final byte[] last = new byte[TABLE];
        private final short[] length = new short[TABLE];
        /** The present string; it is handed out from {@code from} to {@code to}. */
        private final byte[] string = new byte[TABLE];

        private int from;
        private int to;

        Strings(byte[] file, FileSpan span) {
            this.file = file;
            this.position = span.offset();
            this.end = span.offset() + span.length();
            if (span.length() > 1 && file[position] == 0 && (file[position + 1] & 1) != 0) {
                throw TiffFile.unsupported("it is packed by LZW of before 1990, with reversed bits");
            }
            for (int i = 0; i < CLEAR; i++) {
                last[i] = (byte) i;
                length[i] = 1;
            }
        }

        @Override
        public void readRow(byte[] row) {
            for (int filled = 0; filled < row.length; ) {
                if (from == to && !readString()) {
                    throw TiffFile.truncated();
                }
                int count = Math.min(to - from, row.length - filled);
                System.arraycopy(string, from, row, filled, count);
                from += count;
                filled += count;
            }
        }

        /** The next string, false at the end. */
        private boolean readString() {
            int code = nextCode();
            while (code == CLEAR) {
                next = FIRST;
                codeBits = 9;
                previous = NONE;
                code = nextCode();
            }
            if (code == END) {
                ended = true;
                return false;
            }
            boolean known = code < CLEAR || (code >= FIRST && code < next);
            if (previous == NONE ? code >= CLEAR : !known && code != next) {
                throw TiffFile.corrupt("a strip or tile has a code without a string");
            }
            if (previous != NONE && next < TABLE) {
                prefix[next] = (short) previous;
                length[next] = (short) (length[previous] + 1);
                last[next] = firstOf(known ? code : previous);
                next++;
                // a code is widened one string early, as all writers do
                if (next + 1 >= 1 << codeBits && codeBits < 12) {
                    codeBits++;
                }
            } else if (!known) {
                throw TiffFile.corrupt("a strip or tile has a code without a string");
            }
            spell(code);
            previous = code;
            return true;
        }

        private byte firstOf(int code) {
            int at = code;
            while (at >= FIRST) {
                at = prefix[at];
            }
            return (byte) at;
        }

        private void spell(int code) {
            to = length[code];
            from = 0;
            int at = code;
            for (int i = to - 1; i >= 0; i--) {
                string[i] = last[at];
                at = prefix[at];
            }
        }

        /** The next code; a strip that simply stops ends there. */
        private int nextCode() {
            if (ended) {
                return END;
            }
            while (heldBits < codeBits) {
                if (position == end) {
                    return END;
                }
                held = held << 8 | (file[position++] & 0xFF);
                heldBits += 8;
            }
            heldBits -= codeBits;
            return held >> heldBits & ((1 << codeBits) - 1);
        }

        @Override
        public void requireEnd() {
            if (from != to || readString() || end - position > 1) {
                throw tooMuch();
            }
        }
    }
}
