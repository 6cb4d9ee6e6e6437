package org.foldwise.learning.imaging.dicom;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the headers of a frame or a tile say of coding and quantization; what is said of one component comes first. */
final class Jpeg2000Parameters {
    private static final int CODING = 0xFF52;
    private static final int COMPONENT_CODING = 0xFF53;
    private static final int STEPS = 0xFF5C;
    private static final int COMPONENT_STEPS = 0xFF5D;

    private static final int MAXIMUM_PROGRESSION = 4;
    /** Some files have a dozen; the decoder visits every code block once a layer. */
    private static final int MAXIMUM_LAYERS = 200;

    private final @Nullable Jpeg2000Coding[] codings;
    private final @Nullable Jpeg2000Steps[] steps;
    private final BitSet ownCoding = new BitSet();
    private final BitSet ownSteps = new BitSet();
    private int progression = -1;
    private int layers;
    private boolean mixesColours;

    Jpeg2000Parameters(int components) {
        this.codings = new Jpeg2000Coding[components];
        this.steps = new Jpeg2000Steps[components];
    }

    /** The same, for a tile that may say otherwise. */
    Jpeg2000Parameters copy() {
        Jpeg2000Parameters copy = new Jpeg2000Parameters(codings.length);
        System.arraycopy(codings, 0, copy.codings, 0, codings.length);
        System.arraycopy(steps, 0, copy.steps, 0, steps.length);
        copy.progression = progression;
        copy.layers = layers;
        copy.mixesColours = mixesColours;
        return copy;
    }

    /**
     * Takes a segment in if it is about these things.
     *
     * @param at of the marker
     * @param end behind the segment
     */
    void read(byte[] data, int at, int end) {
        int marker = ((data[at] & 0xFF) << 8) | (data[at + 1] & 0xFF);
        switch (marker) {
            case CODING -> readCoding(data, at + 4, end);
            case COMPONENT_CODING -> {
                int component = component(data, at + 4, end);
                requireStyle(data, at + 5, end);
                codings[component] = Jpeg2000Coding.read(data, at + 6, end, (data[at + 5] & 1) != 0);
                ownCoding.set(component);
            }
            case STEPS -> {
                Jpeg2000Steps all = Jpeg2000Steps.read(data, at + 4, end);
                for (int i = ownSteps.nextClearBit(0); i < steps.length; i = ownSteps.nextClearBit(i + 1)) {
                    steps[i] = all;
                }
            }
            case COMPONENT_STEPS -> {
                int component = component(data, at + 4, end);
                steps[component] = Jpeg2000Steps.read(data, at + 5, end);
                ownSteps.set(component);
            }
            default -> {}
        }
    }

    private void readCoding(byte[] data, int at, int end) {
        if (end - at < 5) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 coding segment is cut off");
        }
        progression = data[at + 1] & 0xFF;
        layers = ((data[at + 2] & 0xFF) << 8) | (data[at + 3] & 0xFF);
        mixesColours = data[at + 4] != 0;
        if ((data[at] & 0xF8) != 0 || progression > MAXIMUM_PROGRESSION || layers == 0 || (data[at + 4] & 0xFE) != 0) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 coding segment breaks the standard's bounds");
        }
        if (layers > MAXIMUM_LAYERS) {
            throw UnreadableDicomException.unsupported("a frame has more than " + MAXIMUM_LAYERS + " layers");
        }
        Jpeg2000Coding all = Jpeg2000Coding.read(data, at + 5, end, (data[at] & 1) != 0);
        for (int i = ownCoding.nextClearBit(0); i < codings.length; i = ownCoding.nextClearBit(i + 1)) {
            codings[i] = all;
        }
    }

    private static void requireStyle(byte[] data, int at, int end) {
        if (at >= end || (data[at] & 0xFE) != 0) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 coding segment breaks the standard's bounds");
        }
    }

    private int component(byte[] data, int at, int end) {
        if (at >= end || (data[at] & 0xFF) >= codings.length) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 segment is about a component that is not there");
        }
        return data[at] & 0xFF;
    }

    /** 0 to 4: by layer, by resolution, by resolution and position, by position, by component. */
    int progression() {
        return progression;
    }

    int layers() {
        return layers;
    }

    /** Whether the first three components are a luminance and two chromas. */
    boolean mixesColours() {
        return mixesColours;
    }

    Jpeg2000Coding coding(int component) {
        Jpeg2000Coding coding = codings[component];
        if (coding == null || progression < 0) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 frame does not say how it is coded");
        }
        return coding;
    }

    /** Whether all components have the wavelet of integers. */
    boolean areReversible() {
        return IntStream.range(0, codings.length)
                .allMatch(component -> coding(component).reversible());
    }

    Jpeg2000Steps steps(int component) {
        Jpeg2000Steps found = steps[component];
        if (found == null) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 frame does not say how it is quantized");
        }
        return found;
    }
}
