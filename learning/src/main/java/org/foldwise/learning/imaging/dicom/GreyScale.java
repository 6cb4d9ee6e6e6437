package org.foldwise.learning.imaging.dicom;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The grey scale pipeline (PS3.3, C.11; PS3.4, N.2): stored values become modality values by a lookup table or by slope and
 * intercept, those become shades from 0 to 255, and MONOCHROME1 is turned round at the end so that 0 is always black.
 *
 * <p>The shades are, in this order: the file's first window, by its function; the file's first VOI lookup table; for samples of
 * at most 8 bits all that they can hold; else the frame's own smallest to largest modality value. Padding is black and counts
 * for neither. Shades are rounded to the nearest, halves up.
 */
final class GreyScale {
    private static final String PADDING = "its padding";

    private final PixelFormat format;
    private final double slope;
    private final double intercept;
    private final @Nullable LookupTable modalityTable;
    private final @Nullable VoiWindow window;
    private final @Nullable LookupTable shadeTable;
    private final double paddingFrom;
    private final double paddingTo;

    private GreyScale(
            PixelFormat format,
            double slope,
            double intercept,
            @Nullable LookupTable modalityTable,
            @Nullable VoiWindow window,
            @Nullable LookupTable shadeTable,
            double paddingFrom,
            double paddingTo) {
        this.format = format;
        this.slope = slope;
        this.intercept = intercept;
        this.modalityTable = modalityTable;
        this.window = window;
        this.shadeTable = shadeTable;
        this.paddingFrom = paddingFrom;
        this.paddingTo = paddingTo;
    }

    /** How a frame is to be shown; what is said of the frame itself comes before what is said of all. */
    static GreyScale of(DataSet data, PixelFormat format, int frame) {
        requireGroupsOfFrames(data, format);
        DataSet values = scope(data, frame, Tag.PIXEL_VALUE_SEQUENCE);
        double slope = values.decimalOr(Tag.RESCALE_SLOPE, 1, "the rescale slope");
        double intercept = values.decimalOr(Tag.RESCALE_INTERCEPT, 0, "the rescale intercept");
        if (slope == 0) {
            throw UnreadableDicomException.corrupt("the rescale slope is 0");
        }
        DataSet modality = table(data, Tag.MODALITY_LUT_SEQUENCE);
        DataSet shades = table(data, Tag.VOI_LUT_SEQUENCE);
        double[] shown =
                modality == null ? rescaled(format, slope, intercept) : new double[] {0, (1 << Short.SIZE) - 1};
        double[] padding = padding(data, format);
        return new GreyScale(
                format,
                slope,
                intercept,
                modality == null ? null : LookupTable.of(modality, Tag.LUT_DESCRIPTOR, Tag.LUT_DATA, format.signed()),
                window(scope(data, frame, Tag.FRAME_VOI_SEQUENCE)),
                shades == null
                        ? null
                        : LookupTable.ofValues(shades, Tag.LUT_DESCRIPTOR, Tag.LUT_DATA, shown[0], shown[1]),
                padding[0],
                padding[1]);
    }

    /** The least and the greatest value that a stored one can come to. */
    private static double[] rescaled(PixelFormat format, double slope, double intercept) {
        double least = format.signed() ? -Math.scalb(1.0, format.bitsStored() - 1) : 0;
        double most = Math.scalb(1.0, format.bitsStored() - (format.signed() ? 1 : 0)) - 1;
        double one = slope * least + intercept;
        double other = slope * most + intercept;
        return new double[] {Math.min(one, other), Math.max(one, other)};
    }

    /** Groups that are not one a frame belong to frames that nobody can tell; that matters where they say how frames are shown. */
    private static void requireGroupsOfFrames(DataSet data, PixelFormat format) {
        int groups = data.items(Tag.PER_FRAME_GROUPS_SEQUENCE);
        if (groups == 0 || groups == format.frames()) {
            return;
        }
        for (int i = 0; i < groups; i++) {
            DataSet group = Objects.requireNonNull(data.item(Tag.PER_FRAME_GROUPS_SEQUENCE, i));
            if (group.items(Tag.PIXEL_VALUE_SEQUENCE) + group.items(Tag.FRAME_VOI_SEQUENCE) > 0) {
                throw UnreadableDicomException.corrupt(
                        "it says how " + groups + " frames are shown, " + format.frames() + " are declared");
            }
        }
    }

    /** The item with a sequence's first table; items whose elements are all empty count as none. */
    private static @Nullable DataSet table(DataSet data, int sequence) {
        DataSet item = data.item(sequence);
        return item == null || (item.isEmpty(Tag.LUT_DESCRIPTOR) && item.isEmpty(Tag.LUT_DATA)) ? null : item;
    }

    private static DataSet scope(DataSet data, int frame, int sequence) {
        DataSet own = data.item(Tag.PER_FRAME_GROUPS_SEQUENCE, frame);
        DataSet ofFrame = own == null ? null : own.item(sequence);
        if (ofFrame != null) {
            return ofFrame;
        }
        DataSet shared = data.item(Tag.SHARED_GROUPS_SEQUENCE);
        DataSet ofAll = shared == null ? null : shared.item(sequence);
        return ofAll == null ? data : ofAll;
    }

    /** A window without numbers is damage where the values have a unit; where the file leaves both empty, it says nothing. */
    private static @Nullable VoiWindow window(DataSet data) {
        boolean saysNothing = data.text(Tag.WINDOW_CENTER) == null
                && data.text(Tag.WINDOW_WIDTH) == null
                && data.text(Tag.RESCALE_SLOPE) == null;
        if (saysNothing) {
            return null;
        }
        List<Double> centres = data.decimals(Tag.WINDOW_CENTER, "the window's centre");
        List<Double> widths = data.decimals(Tag.WINDOW_WIDTH, "the window's width");
        if (centres == null && widths == null) {
            return null;
        }
        if (centres == null || widths == null || centres.size() != widths.size()) {
            throw UnreadableDicomException.corrupt("its windows have not as many centres as widths");
        }
        String function = data.text(Tag.VOI_FUNCTION);
        for (VoiWindow.Function known : VoiWindow.Function.values()) {
            if (known.name().equals(function == null ? "LINEAR" : function)) {
                return window(centres.get(0), widths.get(0), known);
            }
        }
        throw UnreadableDicomException.unsupported("its window's function is not known here");
    }

    private static VoiWindow window(double centre, double width, VoiWindow.Function function) {
        try {
            return new VoiWindow(centre, width, function);
        } catch (IllegalArgumentException e) {
            throw UnreadableDicomException.corrupt(String.valueOf(e.getMessage()));
        }
    }

    /** The first and the last stored value that mean no image; the first above the last where there are none. */
    private static double[] padding(DataSet data, PixelFormat format) {
        OptionalDouble value;
        OptionalDouble limit;
        if (!format.floating()) {
            value = whole(data.unsigneds(Tag.PIXEL_PADDING_VALUE), format);
            limit = whole(data.unsigneds(Tag.PIXEL_PADDING_LIMIT), format);
        } else if (format.bitsAllocated() == 64) {
            value = data.floating(Tag.DOUBLE_PADDING_VALUE, 64, PADDING);
            limit = data.floating(Tag.DOUBLE_PADDING_LIMIT, 64, PADDING);
        } else {
            value = data.floating(Tag.FLOAT_PADDING_VALUE, 32, PADDING);
            limit = data.floating(Tag.FLOAT_PADDING_LIMIT, 32, PADDING);
        }
        if (value.isEmpty()) {
            return new double[] {1, 0};
        }
        // pixels of 64 bits are kept in 32
        double one = format.floating() ? (float) value.getAsDouble() : value.getAsDouble();
        double other = format.floating() ? (float) limit.orElse(one) : limit.orElse(one);
        return new double[] {Math.min(one, other), Math.max(one, other)};
    }

    private static OptionalDouble whole(int[] value, PixelFormat format) {
        return value.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(format.signed() ? (short) value[0] : value[0]);
    }

    /** The same scale, shown by another window in place of all that the file says. */
    GreyScale shownBy(VoiWindow other) {
        return new GreyScale(format, slope, intercept, modalityTable, other, null, paddingFrom, paddingTo);
    }

    /** The value in the modality's unit, such as Hounsfield units of CT. */
    double modalityValue(double stored) {
        return modalityTable == null ? stored * slope + intercept : modalityTable.entry(stored);
    }

    byte[] shades(StoredFrame frame) {
        double[] range = window == null && shadeTable == null ? range(frame) : new double[2];
        byte[] shades = new byte[frame.length()];
        if (format.floating() || format.bitsStored() > 16) {
            for (int i = 0; i < shades.length; i++) {
                shades[i] = shade(frame.value(i), range);
            }
            return shades;
        }
        byte[] byValue = new byte[1 << format.bitsStored()];
        int lowest = (int) format.lowest();
        for (int i = 0; i < byValue.length; i++) {
            byValue[i] = shade(lowest + i, range);
        }
        int[] values = frame.sharedIntegers();
        for (int i = 0; i < shades.length; i++) {
            shades[i] = byValue[values[i] - lowest];
        }
        return shades;
    }

    private byte shade(double stored, double[] range) {
        if (isPadding(stored)) {
            return 0;
        }
        double value = modalityValue(stored);
        double shade;
        if (window != null) {
            shade = window.shade(value);
        } else if (shadeTable != null) {
            shade = shadeTable.shade(value);
        } else {
            double span = range[1] - range[0];
            shade = span > 0 ? (value - range[0]) / span * 255 : 0;
        }
        int rounded = (int) Math.floor(Math.max(0, Math.min(255, shade)) + 0.5);
        return (byte) (format.photometric() == PixelFormat.Photometric.MONOCHROME1 ? 255 - rounded : rounded);
    }

    private boolean isPadding(double stored) {
        return Double.isNaN(stored) || (stored >= paddingFrom && stored <= paddingTo);
    }

    private double[] range(StoredFrame frame) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        if (!format.floating() && format.bitsStored() <= 8) {
            for (long stored = format.lowest(); stored <= format.highest(); stored++) {
                least = Math.min(least, modalityValue((double) stored));
                most = Math.max(most, modalityValue((double) stored));
            }
            return new double[] {least, most};
        }
        for (int i = 0; i < frame.length(); i++) {
            double stored = frame.value(i);
            if (!isPadding(stored)) {
                least = Math.min(least, modalityValue(stored));
                most = Math.max(most, modalityValue(stored));
            }
        }
        return new double[] {least, most};
    }
}
