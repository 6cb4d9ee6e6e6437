package org.foldwise.learning.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;

/**
 * A file that torch.save wrote ({@code .pth}, {@code .pt}), in today's format or the one before PyTorch 1.6. Read are tensors by
 * name and nothing else: such a file can name any function of Python to be called, and one that names more than tensors need is
 * refused. Whatever the file says, time and memory stay in proportion to its length.
 *
 * <p>What the file may hold: a state_dict, or a dictionary with one under {@code state_dict}, {@code model_state_dict},
 * {@code model}, {@code net}, {@code weights} or {@code params}, beside numbers, texts and tensors, which are passed over.
 * Float16 and bfloat16 are widened to float32, smaller integers to int64. Names that stand for one view of a storage, as tied
 * weights do, share a tensor.
 */
public final class TorchCheckpointFile {
    /** Views may share bytes, but together they need not be more than so many times as long as the file. */
    private static final long MAXIMUM_GROWTH = 2;

    private static final int MAXIMUM_TENSORS = 100_000;
    private static final int MAXIMUM_DEPTH = 4;
    /** Where training programs keep the network's state_dict, in the order in which they are looked into. */
    private static final List<String> STATE_DICTS =
            List.of("state_dict", "model_state_dict", "model", "net", "weights", "params");

    private static final int SHOWN = 10;
    private static final int SHOWN_LENGTH = 60;
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte PICKLE = (byte) 0x80;
    private static final String TAR_MAGIC = "ustar";
    private static final int TAR_MAGIC_POSITION = 257;

    private TorchCheckpointFile() {}

    /**
     * The tensors of a checkpoint, in its order.
     *
     * @throws IOException if the file cannot be read at all
     * @throws InvalidCheckpointException if it is damaged, too large, or holds or names more than tensors
     */
    public static Weights read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > PretrainedWeights.MAXIMUM_FILE_BYTES) {
            throw new InvalidCheckpointException("the checkpoint has " + size + " bytes, at most "
                    + PretrainedWeights.MAXIMUM_FILE_BYTES + " are read");
        }
        try (CheckpointContent content = open(file)) {
            Map<String, Located> views = located(tensors(content.value()));
            requireProportion(views, size);
            Map<Place, Tensor> read = new TreeMap<>();
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, Located> named : views.entrySet()) {
                Located located = named.getValue();
                Tensor tensor = read.get(located.place());
                if (tensor == null) {
                    tensor = tensor(located.view(), content);
                    read.put(located.place(), tensor);
                }
                tensors.put(named.getKey(), tensor);
            }
            return new Weights(tensors);
        }
    }

    private static CheckpointContent open(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(TAR_MAGIC_POSITION + TAR_MAGIC.length());
        }
        if (Arrays.equals(start, 0, Math.min(ZIP.length, start.length), ZIP, 0, ZIP.length)) {
            return CheckpointArchive.open(file);
        }
        if ((start.length > 0 && start[0] == PICKLE) || OldProtocol.isLegacyCheckpoint(start)) {
            return LegacyCheckpoint.open(file);
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        throw new InvalidCheckpointException(
                text.startsWith(TAR_MAGIC, TAR_MAGIC_POSITION)
                        ? "the file is a tar archive, as torch.save wrote before PyTorch 0.1.10; load it in PyTorch and save it"
                                + " again: " + OldProtocol.ADVICE
                        : "the file is none that torch.save writes: neither a zip archive nor a pickle of protocol 2 or newer");
    }

    private static Map<String, PickleValue.TensorView> tensors(PickleValue saved) {
        Map<String, PickleValue.TensorView> tensors = new LinkedHashMap<>();
        PickleValue.Dict dict = stateDict(saved);
        dict.entries().forEach((key, value) -> {
            String name = Arguments.text(key);
            if (!(value instanceof PickleValue.TensorView tensor)) {
                throw new InvalidCheckpointException("'" + shown(name) + "' is no tensor but of kind "
                        + PickleValue.kindOf(value) + ", so this is no state_dict; " + advice(dict));
            }
            tensors.put(name, tensor);
        });
        if (tensors.isEmpty() || tensors.size() > MAXIMUM_TENSORS) {
            throw new InvalidCheckpointException("the checkpoint has " + tensors.size() + " tensors, between 1 and "
                    + MAXIMUM_TENSORS + " are read");
        }
        return tensors;
    }

    private static PickleValue.Dict stateDict(PickleValue saved) {
        PickleValue value = saved;
        for (int depth = 0; depth < MAXIMUM_DEPTH && value instanceof PickleValue.Dict dict; depth++) {
            Optional<PickleValue> inner = STATE_DICTS.stream()
                    .flatMap(name -> dict.get(name).stream())
                    .filter(candidate -> holdsTensors(candidate) || holdsStateDict(candidate))
                    .findFirst();
            if (inner.isEmpty()) {
                return dict;
            }
            value = inner.get();
        }
        throw new InvalidCheckpointException("the checkpoint holds no state_dict but a value of kind "
                + PickleValue.kindOf(value) + "; save the state_dict");
    }

    /** Whether any value of a dictionary is a tensor. */
    private static boolean holdsTensors(PickleValue value) {
        return value instanceof PickleValue.Dict dict
                && dict.entries().values().stream().anyMatch(PickleValue.TensorView.class::isInstance);
    }

    private static boolean holdsStateDict(PickleValue value) {
        return value instanceof PickleValue.Dict dict
                && STATE_DICTS.stream()
                        .flatMap(name -> dict.get(name).stream())
                        .anyMatch(PickleValue.Dict.class::isInstance);
    }

    /** Where the weights may lie, and how to save them so that they are found. */
    private static String advice(PickleValue.Dict dict) {
        List<String> keys = dict.entries().entrySet().stream()
                .filter(entry -> holdsTensors(entry.getValue()))
                .flatMap(entry ->
                        entry.getKey() instanceof PickleValue.Text text ? Stream.of(text.value()) : Stream.of())
                .limit(SHOWN)
                .map(TorchCheckpointFile::shown)
                .toList();
        return keys.isEmpty()
                ? "save the network's state_dict alone: torch.save(model.state_dict(), FILE)"
                : "dictionaries of tensors lie under '" + String.join("', '", keys)
                        + "'; save the network's alone, such as torch.save(checkpoint['" + keys.get(0) + "'], FILE)";
    }

    private static String shown(String name) {
        return name.length() <= SHOWN_LENGTH ? name : name.substring(0, SHOWN_LENGTH) + "...";
    }

    /**
     * The elements that a view shows, and in which order. Comparable, so that many with one hash code are still found fast.
     *
     * @param storage number of the storage
     * @param offset from the storage's beginning
     */
    private record Place(int storage, long offset, List<Long> shape, List<Long> strides) implements Comparable<Place> {
        private static final Comparator<List<Long>> NUMBERS = (one, other) -> Arrays.compare(
                one.stream().mapToLong(Long::longValue).toArray(),
                other.stream().mapToLong(Long::longValue).toArray());
        private static final Comparator<Place> ORDER = Comparator.comparingInt(Place::storage)
                .thenComparingLong(Place::offset)
                .thenComparing(Place::shape, NUMBERS)
                .thenComparing(Place::strides, NUMBERS);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private record Located(PickleValue.TensorView view, Place place) {}

    private static Map<String, Located> located(Map<String, PickleValue.TensorView> views) {
        Map<String, Integer> storages = new HashMap<>();
        Map<String, Located> located = new LinkedHashMap<>();
        views.forEach((name, view) -> {
            PickleValue.Storage part = view.storage();
            int storage = storages.computeIfAbsent(part.key(), key -> storages.size());
            Place place = new Place(storage, part.offset() + view.offset(), view.shape(), view.strides());
            located.put(name, new Located(view, place));
        });
        return located;
    }

    private static void requireProportion(Map<String, Located> views, long fileSize) {
        long remaining = Math.min(PretrainedWeights.MAXIMUM_FILE_BYTES, MAXIMUM_GROWTH * fileSize);
        Set<Place> counted = new TreeSet<>();
        for (Map.Entry<String, Located> named : views.entrySet()) {
            PickleValue.TensorView view = named.getValue().view();
            if (!counted.add(named.getValue().place())) {
                continue;
            }
            try {
                // by the width in memory: a byte becomes an integer of eight
                remaining -= Math.multiplyExact(
                        elements(view.shape()),
                        view.storage().type().elementType().bytes());
            } catch (ArithmeticException e) {
                remaining = -1;
            }
            if (remaining < 0) {
                throw new InvalidCheckpointException("with '" + shown(named.getKey()) + "' of shape " + view.shape()
                        + " the tensors are longer than their file of " + fileSize + " bytes can say");
            }
        }
    }

    private static long elements(List<Long> shape) {
        return shape.contains(0L) ? 0 : shape.stream().reduce(1L, Math::multiplyExact);
    }

    private static Tensor tensor(PickleValue.TensorView view, CheckpointContent content) throws IOException {
        int elements = Math.toIntExact(elements(view.shape()));
        return view.storage().type().read(view.shape(), StridedCopy.of(view, content.root(view.storage()), elements));
    }
}
