package org.foldwise.learning.imaging.dicom;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A tile of a JPEG 2000 frame: its packets in the order of their progression, and its samples. */
final class Jpeg2000Tile {
    private final Jpeg2000Parameters parameters;
    private final int left;
    private final int top;
    private final List<Integer> depths;
    private final List<TileComponent> components = new ArrayList<>();
    private final byte[] data;

    /**
     * Reads all packets.
     *
     * @param left in the frame, in pixels; as {@code top}
     * @param originX of the frame on the reference grid; as {@code originY}
     * @param depths bits of the components
     */
    Jpeg2000Tile(
            Jpeg2000Parameters parameters,
            List<Integer> depths,
            int left,
            int top,
            int width,
            int height,
            long originX,
            long originY,
            ByteArrayOutputStream packets) {
        this.parameters = parameters;
        this.depths = depths;
        this.left = left;
        this.top = top;
        this.data = packets.toByteArray();
        for (int i = 0; i < depths.size(); i++) {
            components.add(new TileComponent(
                    i,
                    parameters.coding(i),
                    parameters.steps(i),
                    depths.get(i),
                    originX + left,
                    originY + top,
                    originX + left + width,
                    originY + top + height));
        }
        readPackets();
    }

    private void readPackets() {
        List<Precinct> precincts = new ArrayList<>();
        components.forEach(component -> precincts.addAll(component.precincts()));
        Comparator<Precinct> byComponent = Comparator.comparingInt(Precinct::component);
        Comparator<Precinct> byResolution = Comparator.comparingInt(Precinct::resolution);
        Comparator<Precinct> byPosition = Comparator.comparingLong(Precinct::y).thenComparingLong(Precinct::x);
        PacketBits packets = new PacketBits(data);
        switch (parameters.progression()) {
            case 0 -> {
                precincts.sort(byResolution.thenComparing(byComponent));
                readLayers(precincts, packets);
            }
            case 1 -> {
                precincts.sort(byResolution.thenComparing(byComponent));
                int from = 0;
                while (from < precincts.size()) {
                    int to = from;
                    while (to < precincts.size()
                            && precincts.get(to).resolution()
                                    == precincts.get(from).resolution()) {
                        to++;
                    }
                    readLayers(precincts.subList(from, to), packets);
                    from = to;
                }
            }
            case 2 ->
                readOneByOne(precincts, byResolution.thenComparing(byPosition).thenComparing(byComponent), packets);
            case 3 ->
                readOneByOne(precincts, byPosition.thenComparing(byComponent).thenComparing(byResolution), packets);
            default ->
                readOneByOne(precincts, byComponent.thenComparing(byPosition).thenComparing(byResolution), packets);
        }
        if (packets.remaining() > 0) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 tile goes on behind its last packet");
        }
    }

    private void readLayers(List<Precinct> precincts, PacketBits packets) {
        for (int layer = 0; layer < parameters.layers(); layer++) {
            for (Precinct precinct : precincts) {
                precinct.readPacket(layer, packets);
            }
        }
    }

    private void readOneByOne(List<Precinct> precincts, Comparator<Precinct> order, PacketBits packets) {
        precincts.sort(order);
        for (Precinct precinct : precincts) {
            for (int layer = 0; layer < parameters.layers(); layer++) {
                precinct.readPacket(layer, packets);
            }
        }
    }

    /**
     * Decodes the tile into a frame.
     *
     * @param samples of the frame, the components of a pixel side by side
     * @param columns of the frame
     * @param signed whether each component has negative samples
     */
    void decode(int[] samples, int columns, List<Boolean> signed, Jpeg2000Work work) {
        boolean mixed = parameters.mixesColours();
        if (mixed && (components.size() < 3 || !sameWavelet())) {
            throw UnreadableDicomException.corrupt("JPEG 2000 components are mixed that are not of one kind");
        }
        List<int[]> integers = new ArrayList<>();
        List<float[]> reals = new ArrayList<>();
        for (TileComponent component : components) {
            if (mixed && !component.isReversible()) {
                reals.add(component.reals(data, work));
            } else if (component.isReversible()) {
                integers.add(component.integers(data, work));
            } else {
                integers.add(rounded(component.reals(data, work)));
            }
        }
        if (!reals.isEmpty()) {
            unmix(reals.get(0), reals.get(1), reals.get(2));
            reals.forEach(plane -> integers.add(rounded(plane)));
        } else if (mixed) {
            unmix(integers.get(0), integers.get(1), integers.get(2));
        }
        for (int i = 0; i < components.size(); i++) {
            place(integers.get(i), i, samples, columns, signed.get(i));
        }
    }

    private boolean sameWavelet() {
        return components.stream().map(TileComponent::isReversible).distinct().count() == 1;
    }

    private static int[] rounded(float[] reals) {
        int[] rounded = new int[reals.length];
        for (int i = 0; i < reals.length; i++) {
            rounded[i] = (int) Math.rint(reals[i]);
        }
        return rounded;
    }

    /** The inverse of the colour transform of real numbers (ITU-T T.800, G.3). */
    private static void unmix(float[] first, float[] second, float[] third) {
        for (int i = 0; i < first.length; i++) {
            float luminance = first[i];
            float blueness = second[i];
            float redness = third[i];
            first[i] = luminance + 1.402f * redness;
            second[i] = luminance - 0.344136f * blueness - 0.714136f * redness;
            third[i] = luminance + 1.772f * blueness;
        }
    }

    /** The inverse of the colour transform of integers (G.2). */
    private static void unmix(int[] first, int[] second, int[] third) {
        for (int i = 0; i < first.length; i++) {
            int green = first[i] - ((second[i] + third[i]) >> 2);
            first[i] = third[i] + green;
            third[i] = second[i] + green;
            second[i] = green;
        }
    }

    private void place(int[] plane, int component, int[] samples, int columns, boolean signed) {
        int depth = depths.get(component);
        int shift = signed ? 0 : 1 << (depth - 1);
        int least = signed ? -(1 << (depth - 1)) : 0;
        int most = least + (1 << depth) - 1;
        int width = components.get(component).width();
        int channels = components.size();
        for (int i = 0; i < plane.length; i++) {
            int x = left + i % width;
            int y = top + i / width;
            samples[(y * columns + x) * channels + component] = Math.max(least, Math.min(most, plane[i] + shift));
        }
    }
}
