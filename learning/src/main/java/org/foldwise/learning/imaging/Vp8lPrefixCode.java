package org.foldwise.learning.imaging;

/** A complete prefix code of WebP's lossless coding (its specification, section 6.2): from bits to symbols. */
final class Vp8lPrefixCode {
    private static final int LONGEST = 15;
    private static final int LOOKED_UP = 8;
    private static final int LENGTH_CODES = 19;
    private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int USUAL_LENGTH = 8;

    /** By the next bits: symbol times 16 plus length, 0 where the code is longer. */
    private final short[] table;

    private final int tableBits;
    /** Number of codes of each length, and the symbols in their order. */
    private final short[] counts;

    private final short[] symbols;

    private Vp8lPrefixCode(int[] lengths) {
        this.counts = new short[LONGEST + 1];
        int used = 0;
        int longest = 0;
        for (int length : lengths) {
            if (length > 0) {
                counts[length]++;
                used++;
                longest = Math.max(longest, length);
            }
        }
        this.symbols = new short[used];
        int[] next = new int[LONGEST + 2];
        for (int length = 1; length <= LONGEST; length++) {
            next[length + 1] = next[length] + counts[length];
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = (short) symbol;
            }
        }
        if (used > 1) {
            requireComplete();
        } else if (used == 0) {
            throw WebpFile.corrupt("a code has no symbols");
        }
        this.tableBits = used == 1 ? 0 : Math.min(LOOKED_UP, longest);
        this.table = new short[1 << tableBits];
        fillTable();
    }

    private void requireComplete() {
        int free = 1 << LONGEST;
        for (int length = 1; length <= LONGEST; length++) {
            free -= counts[length] << (LONGEST - length);
        }
        if (free != 0) {
            throw WebpFile.corrupt("a code is not complete");
        }
    }

    private void fillTable() {
        int code = 0;
        int index = 0;
        for (int length = 1; length <= tableBits; length++) {
            for (int i = 0; i < counts[length]; i++, index++, code++) {
                int reversed = Integer.reverse(code) >>> (32 - length);
                for (int at = reversed; at < table.length; at += 1 << length) {
                    table[at] = (short) (symbols[index] << 4 | length);
                }
            }
            code <<= 1;
        }
    }

    /** Reads the description of a code for so many symbols. */
    static Vp8lPrefixCode read(Vp8lBits bits, int alphabet) {
        int[] lengths = new int[alphabet];
        if (bits.flag()) {
            int count = bits.number(1) + 1;
            setLength(lengths, bits.number(bits.flag() ? 8 : 1));
            if (count == 2) {
                setLength(lengths, bits.number(8));
            }
            return new Vp8lPrefixCode(lengths);
        }
        int[] lengthsOfLengths = new int[LENGTH_CODES];
        int count = bits.number(4) + 4;
        for (int i = 0; i < count; i++) {
            lengthsOfLengths[LENGTH_ORDER[i]] = bits.number(3);
        }
        readLengths(bits, new Vp8lPrefixCode(lengthsOfLengths), lengths);
        return new Vp8lPrefixCode(lengths);
    }

    private static void setLength(int[] lengths, int symbol) {
        if (symbol >= lengths.length) {
            throw WebpFile.corrupt("a code has a symbol beyond its alphabet");
        }
        lengths[symbol] = 1;
    }

    private static void readLengths(Vp8lBits bits, Vp8lPrefixCode lengthCode, int[] lengths) {
        int left = lengths.length;
        if (bits.flag()) {
            left = 2 + bits.number(2 + 2 * bits.number(3));
            if (left > lengths.length) {
                throw WebpFile.corrupt("a code has more lengths than symbols");
            }
        }
        int previous = USUAL_LENGTH;
        for (int symbol = 0; symbol < lengths.length && left > 0; left--) {
            int length = lengthCode.symbol(bits);
            if (length <= LONGEST) {
                lengths[symbol++] = length;
                previous = length == 0 ? previous : length;
                continue;
            }
            int repeated = length == 16 ? previous : 0;
            int times =
                    switch (length) {
                        case 16 -> 3 + bits.number(2);
                        case 17 -> 3 + bits.number(3);
                        default -> 11 + bits.number(7);
                    };
            if (times > lengths.length - symbol) {
                throw WebpFile.corrupt("a code has more lengths than symbols");
            }
            for (int i = 0; i < times; i++) {
                lengths[symbol++] = repeated;
            }
        }
    }

    /** The symbol that the next bits stand for; of a code with a single symbol, none are taken. */
    int symbol(Vp8lBits bits) {
        if (symbols.length == 1) {
            return symbols[0];
        }
        int next = bits.peek(LONGEST);
        int entry = table[next & ((1 << tableBits) - 1)];
        if (entry != 0) {
            bits.skip(entry & 15);
            return (entry & 0xFFFF) >> 4;
        }
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code |= next & 1;
            next >>= 1;
            int count = counts[length];
            if (code - first < count) {
                bits.skip(length);
                return symbols[index + code - first];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        throw new IllegalStateException("a complete code has a symbol for all bits");
    }
}
