package org.foldwise.learning.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;

/**
 * A file that torch.save wrote ({@code .pth}, {@code .pt}), in today's format or the one before PyTorch 1.6. Read are tensors by
 * name and nothing else: such a file can name any function of Python to be called, and one that names more than tensors need is
 * refused. Whatever the file says, time and memory stay in proportion to its length.
 *
 * <p>What the file may hold: a state_dict, or a dictionary with one under {@code state_dict} or {@code model}, beside numbers,
 * texts and tensors, which are passed over. Float16 and bfloat16 are widened to float32, smaller integers to int64.
 */
public final class TorchCheckpointFile {
    private static final long MAXIMUM_FILE_BYTES = 512L << 20;
    /** Tensors may share bytes, but together they need not be more than so many times as long as the file. */
    private static final long MAXIMUM_GROWTH = 2;

    private static final int MAXIMUM_TENSORS = 100_000;
    private static final int MAXIMUM_DEPTH = 4;
    private static final List<String> STATE_DICTS = List.of("state_dict", "model");
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte PICKLE = (byte) 0x80;

    private TorchCheckpointFile() {}

    /**
     * The tensors of a checkpoint, in its order.
     *
     * @throws IOException if the file cannot be read at all
     * @throws InvalidCheckpointException if it is damaged, too large, or holds or names more than tensors
     */
    public static Weights read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAXIMUM_FILE_BYTES) {
    private static final String TAR_MAGIC = "ustar";
    private static final int TAR_MAGIC_POSITION = 257;
            throw new InvalidCheckpointException(
                    "the checkpoint has " + size + " bytes, at most " + MAXIMUM_FILE_BYTES + " are read");
        }
        try (CheckpointContent content = open(file)) {
            Map<String, PickleValue.TensorView> views = tensors(content.value());
            requireProportion(views, size);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, PickleValue.TensorView> named : views.entrySet()) {
                tensors.put(named.getKey(), tensor(named.getValue(), content));
            }
            return new Weights(tensors);
        }
    }

    private static CheckpointContent open(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(TAR_MAGIC_POSITION + TAR_MAGIC.length());
        }
        if (Arrays.equals(start, ZIP)) {
            return CheckpointArchive.open(file);
        }
        if ((start.length > 0 && start[0] == PICKLE) || OldProtocol.isLegacyCheckpoint(start)) {
            return LegacyCheckpoint.open(file);
        }
        throw new InvalidCheckpointException(
                text.startsWith(TAR_MAGIC, TAR_MAGIC_POSITION)
                        ? "the file is a tar archive, as torch.save wrote before PyTorch 0.1.10; load it in PyTorch and save it"
                                + " again: " + OldProtocol.ADVICE
                        : "the file is none that torch.save writes: neither a zip archive nor a pickle of protocol 2 or newer");
    }

    private static Map<String, PickleValue.TensorView> tensors(PickleValue saved) {
        Map<String, PickleValue.TensorView> tensors = new LinkedHashMap<>();
        stateDict(saved).entries().forEach((key, value) -> {
            String name = Arguments.text(key);
            if (!(value instanceof PickleValue.TensorView tensor)) {
                throw new InvalidCheckpointException(
                        "'" + name + "' is no tensor but of kind " + PickleValue.kindOf(value));
            }
            tensors.put(name, tensor);
        });
        if (tensors.isEmpty() || tensors.size() > MAXIMUM_TENSORS) {
            throw new InvalidCheckpointException("the checkpoint has " + tensors.size() + " tensors, between 1 and "
                    + MAXIMUM_TENSORS + " are read");
        }
        return tensors;
        String text = new String(start, StandardCharsets.ISO_8859_1);
    }

    private static PickleValue.Dict stateDict(PickleValue saved) {
        PickleValue value = saved;
        for (int depth = 0; depth < MAXIMUM_DEPTH && value instanceof PickleValue.Dict dict; depth++) {
            Optional<PickleValue> inner = STATE_DICTS.stream()
                    .flatMap(name -> dict.get(name).stream())
                    .filter(PickleValue.Dict.class::isInstance)
                    .findFirst();
            if (inner.isEmpty()) {
                return dict;
            }
            value = inner.get();
        }
        throw new InvalidCheckpointException("the checkpoint holds no state_dict but a value of kind "
                + PickleValue.kindOf(value) + "; save the state_dict");
    }

    private static void requireProportion(Map<String, PickleValue.TensorView> views, long fileSize) {
        long remaining = Math.min(MAXIMUM_FILE_BYTES, MAXIMUM_GROWTH * fileSize);
        for (Map.Entry<String, PickleValue.TensorView> named : views.entrySet()) {
            PickleValue.TensorView view = named.getValue();
            try {
                // by the width in memory: a byte becomes an integer of eight
                remaining -= Math.multiplyExact(
                        elements(view.shape()),
                        view.storage().type().elementType().bytes());
            } catch (ArithmeticException e) {
                remaining = -1;
            }
            if (remaining < 0) {
                throw new InvalidCheckpointException("with '" + named.getKey() + "' of shape " + view.shape()
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
