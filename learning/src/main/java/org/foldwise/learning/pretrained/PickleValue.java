package org.foldwise.learning.pretrained;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foldwise.learning.network.StorageType;

/**
 * What a pickle may hold. Values refer to each other, perhaps in circles, so nothing walks through them but by a bounded number
 * of steps, and messages show their kinds, never their contents.
 */
sealed interface PickleValue {
    /** What may be a key of a dictionary. */
    sealed interface Key extends PickleValue {}

    enum None implements PickleValue {
        NONE
    }

    /** Comparable, as other numbers and texts that may be keys: many with one hash code are still found fast. */
    record Text(String value) implements Key, Comparable<Text> {
        @Override
        public int compareTo(Text other) {
            return value.compareTo(other.value);
        }
    }

    record Whole(long value) implements Key, Comparable<Whole> {
        @Override
        public int compareTo(Whole other) {
            return Long.compare(value, other.value);
        }
    }

    /** An integer beyond 64 bits. */
    record Huge(BigInteger value) implements PickleValue {}

    record Real(double value) implements Key, Comparable<Real> {
        @Override
        public int compareTo(Real other) {
            return Double.compare(value, other.value);
        }
    }

    record Truth(boolean value) implements Key {}

    record Tuple(List<PickleValue> items) implements PickleValue {
        public Tuple {
            items = List.copyOf(items);
        }
    }

    /** A list of Python, which grows while it is read. */
    final class Sequence implements PickleValue {
        private final List<PickleValue> items = new ArrayList<>();

        void add(PickleValue item) {
            items.add(item);
        }

        List<PickleValue> items() {
            return items;
        }
    }

    /** A dict or an OrderedDict, which grows while it is read. */
    final class Dict implements PickleValue {
        private final Map<Key, PickleValue> entries = new LinkedHashMap<>();

        void put(PickleValue key, PickleValue value) {
            if (!(key instanceof Key simple)) {
                throw new InvalidCheckpointException("a dictionary has a key of kind " + kindOf(key));
            }
            if (entries.putIfAbsent(simple, value) != null) {
                throw new InvalidCheckpointException("a dictionary has the same key twice");
            }
        }

        Optional<PickleValue> get(String key) {
            return Optional.ofNullable(entries.get(new Text(key)));
        }

        Map<Key, PickleValue> entries() {
            return entries;
        }
    }

    /** The functions and classes that a checkpoint may name. None of them is run: each says what its arguments stand for. */
    enum Global implements PickleValue {
        /** Nothing, or entries. */
        ORDERED_DICT("collections.OrderedDict", 0, 1),
        /** Storage, offset, shape, strides. */
        REBUILD_TENSOR("torch._utils._rebuild_tensor", 4, 4),
        /** The same, then whether it needs gradients, hooks and perhaps flags that change what its numbers are. */
        REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2", 6, 7),
        /** A tensor, whether it needs gradients, and hooks. */
        REBUILD_PARAMETER("torch._utils._rebuild_parameter", 3, 3),
        /** A tensor, and perhaps whether it needs gradients. */
        PARAMETER("torch.nn.parameter.Parameter", 1, 2);

        private final String pythonName;
        private final int leastArguments;
        private final int mostArguments;

        Global(String pythonName, int leastArguments, int mostArguments) {
            this.pythonName = pythonName;
            this.leastArguments = leastArguments;
            this.mostArguments = mostArguments;
        }

        /** Makes sure that it is called with as many arguments as are understood: one that is not may say anything. */
        void requireArguments(int count) {
            if (count < leastArguments || count > mostArguments) {
                throw new InvalidCheckpointException(pythonName + " is given " + count + " arguments and takes "
                        + leastArguments + (leastArguments == mostArguments ? "" : " to " + mostArguments));
            }
        }

        String pythonName() {
            return pythonName;
        }
    }

    /** The class of a storage, such as torch.FloatStorage. */
    record StorageClass(StorageType type) implements PickleValue {}

    /**
     * A part of a storage that lies elsewhere in the file.
     *
     * @param key its name there
     * @param rootElements number of elements of all of it
     * @param offset of the part's first element
     * @param elements number of the part's elements
     */
    record Storage(StorageType type, String key, long rootElements, long offset, long elements) implements PickleValue {
        public Storage {
            if (rootElements < 0 || offset < 0 || elements < 0 || offset > rootElements - elements) {
                throw new InvalidCheckpointException("storage '" + key + "' of " + rootElements
                        + " elements has no part of " + elements + " from " + offset + " on");
            }
        }

        /** The part of this part. */
        Storage part(long partOffset, long partElements) {
            if (partOffset < 0 || partElements < 0 || partOffset > elements - partElements) {
                throw new InvalidCheckpointException("storage '" + key + "' of " + elements
                        + " elements has no part of " + partElements + " from " + partOffset + " on");
            }
            return new Storage(type, key, rootElements, offset + partOffset, partElements);
        }
    }

    /** A tensor whose element (i, j, ...) is its storage's at offset + i x strides(0) + j x strides(1) + ... */
    record TensorView(Storage storage, long offset, List<Long> shape, List<Long> strides) implements PickleValue {
        /** PyTorch's own limit. */
        private static final int MAXIMUM_DIMENSIONS = 64;

        public TensorView {
            shape = List.copyOf(shape);
            strides = List.copyOf(strides);
            if (shape.size() > MAXIMUM_DIMENSIONS || shape.size() != strides.size()) {
                throw new InvalidCheckpointException("a tensor has " + shape.size() + " dimensions and "
                        + strides.size() + " strides; there must be as many, at most " + MAXIMUM_DIMENSIONS);
            }
            if (offset < 0
                    || shape.stream().anyMatch(length -> length < 0)
                    || strides.stream().anyMatch(stride -> stride < 0)) {
                throw new InvalidCheckpointException("a tensor of shape " + shape + " has the strides " + strides
                        + " and the offset " + offset + "; none may be negative");
            }
            if (!liesWithin(storage.elements(), offset, shape, strides)) {
                throw new InvalidCheckpointException(
                        "a tensor of shape " + shape + ", strides " + strides + " and offset " + offset
                                + " reaches beyond its storage of " + storage.elements() + " elements");
            }
        }

        private static boolean liesWithin(long elements, long offset, List<Long> shape, List<Long> strides) {
            if (shape.contains(0L)) {
                return true;
            }
            try {
                long last = offset;
                for (int i = 0; i < shape.size(); i++) {
                    last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
                }
                return last < elements;
            } catch (ArithmeticException e) {
                return false;
            }
        }
    }

    /** What a value is, for messages. */
    static String kindOf(PickleValue value) {
        return value instanceof Global global
                ? global.pythonName()
                : value.getClass().getSimpleName();
    }
}
