package org.foldwise.learning.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The allowed elements of a data set or of a sequence's item, as spans of the bytes they lie in. */
final class DataSet {
    private static final int LONGEST_TEXT = 1024;

    private final byte[] bytes;
    private final ByteBuffer numbers;
    private final Map<Integer, Span> values = new HashMap<>();
    private final Map<Integer, List<DataSet>> sequences = new HashMap<>();

    DataSet(byte[] bytes, ByteOrder order) {
        this.bytes = bytes;
        this.numbers = ByteBuffer.wrap(bytes).order(order);
    }

    void put(int tag, Span value) {
        if (values.putIfAbsent(tag, value) != null) {
            throw UnreadableDicomException.corrupt("an element occurs twice");
        }
    }

    void put(int tag, List<DataSet> items) {
        if (sequences.putIfAbsent(tag, items) != null) {
            throw UnreadableDicomException.corrupt("a sequence occurs twice");
        }
    }

    boolean has(int tag) {
        return values.containsKey(tag);
    }

    boolean isEmpty(int tag) {
        Span span = values.get(tag);
        return span == null || span.length() == 0;
    }

    /** The first item of a sequence. */
    @Nullable
    DataSet item(int sequence) {
        return item(sequence, 0);
    }

    @Nullable
    DataSet item(int sequence, int index) {
        List<DataSet> items = sequences.getOrDefault(sequence, List.of());
        return index < items.size() ? items.get(index) : null;
    }

    /** How many items a sequence has; 0 also where it is missing. */
    int items(int sequence) {
        return sequences.getOrDefault(sequence, List.of()).size();
    }

    /** Text without padding, values separated by backslashes; null where it is missing, empty or longer than any text here. */
    @Nullable
    String text(int tag) {
        Span span = values.get(tag);
        if (span == null || span.length() > LONGEST_TEXT) {
            return null;
        }
        String text = new String(bytes, span.offset(), span.length(), charset(tag));
        String stripped = text.replace('\0', ' ').strip();
        return stripped.isEmpty() ? null : stripped;
    }

    private Charset charset(int tag) {
        return tag != Tag.CHARACTER_SET && "ISO_IR 192".equals(text(Tag.CHARACTER_SET))
                ? StandardCharsets.UTF_8
                : StandardCharsets.ISO_8859_1;
    }

    /** An unsigned 16-bit number. */
    int requireUnsigned(int tag, String name) {
        Span span = values.get(tag);
        if (span == null) {
            throw UnreadableDicomException.corrupt("it does not say " + name);
        }
        if (span.length() < 2) {
            throw UnreadableDicomException.corrupt(name + " has " + span.length() + " bytes");
        }
        return Short.toUnsignedInt(numbers.getShort(span.offset()));
    }

    int unsignedOr(int tag, int otherwise, String name) {
        return has(tag) ? requireUnsigned(tag, name) : otherwise;
    }

    /** All unsigned 16-bit numbers of an element. */
    int[] unsigneds(int tag) {
        Span span = values.get(tag);
        int[] all = new int[span == null ? 0 : span.length() / 2];
        for (int i = 0; i < all.length; i++) {
            all[i] = Short.toUnsignedInt(numbers.getShort(requireSpan(tag).offset() + 2 * i));
        }
        return all;
    }

    /** A floating-point number of 32 or 64 bits; absent where the element is missing or empty. */
    OptionalDouble floating(int tag, int bits, String name) {
        if (isEmpty(tag)) {
            return OptionalDouble.empty();
        }
        Span span = requireSpan(tag);
        if (span.length() < bits / 8) {
            throw UnreadableDicomException.corrupt(name + " has " + span.length() + " bytes");
        }
        return OptionalDouble.of(bits == 64 ? numbers.getDouble(span.offset()) : numbers.getFloat(span.offset()));
    }

    /** All bytes of an element, in the order of the numbers' low byte first. */
    byte[] raw(int tag) {
        Span span = requireSpan(tag);
        byte[] raw = new byte[span.length()];
        System.arraycopy(bytes, span.offset(), raw, 0, raw.length);
        if (numbers.order() == ByteOrder.BIG_ENDIAN) {
            for (int i = 0; i + 1 < raw.length; i += 2) {
                byte swap = raw[i];
                raw[i] = raw[i + 1];
                raw[i + 1] = swap;
            }
        }
        return raw;
    }

    private Span requireSpan(int tag) {
        Span span = values.get(tag);
        if (span == null) {
            throw UnreadableDicomException.corrupt("a needed element is missing");
        }
        return span;
    }

    /** The first decimal number of a text element; the other number where the element is missing or empty. */
    double decimalOr(int tag, double otherwise, String name) {
        return text(tag) == null ? otherwise : requireDecimals(tag, name).get(0);
    }

    /**
     * The decimal numbers of a text element that must not be empty, or null where it is missing.
     *
     * @param name for messages
     */
    @Nullable
    List<Double> decimals(int tag, String name) {
        return has(tag) ? requireDecimals(tag, name) : null;
    }

    private List<Double> requireDecimals(int tag, String name) {
        String text = text(tag);
        if (text == null) {
            throw UnreadableDicomException.corrupt(name + " is empty");
        }
        List<Double> numbersOfText = new ArrayList<>();
        for (String part : text.split("\\\\", -1)) {
            numbersOfText.add(decimal(part.strip(), name));
        }
        return numbersOfText;
    }

    private static double decimal(String text, String name) {
        if (!text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?")) {
            throw UnreadableDicomException.corrupt(name + " is not a number");
        }
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw UnreadableDicomException.corrupt(name + " is beyond any range");
        }
        return value;
    }
}
