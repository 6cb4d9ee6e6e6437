package org.foldwise.learning.pretrained;

import java.util.List;
import java.util.Map;

/** What the arguments of the calls in a pickle stand for; what does not fit is refused. */
final class Arguments {
    /** Where among its arguments a tensor's flags are. */
    private static final int FLAGS = 6;

    /** What makes a tensor one without the flag. */
    private static final Map<String, String> RESOLVED_BY = Map.of("neg", "resolve_neg()", "conj", "resolve_conj()");

    private Arguments() {}

    /** The value that a call stands for. */
    static PickleValue reduce(PickleValue function, PickleValue arguments) {
        if (!(function instanceof PickleValue.Global global) || !(arguments instanceof PickleValue.Tuple tuple)) {
            throw new InvalidCheckpointException("the pickle calls a value of kind " + PickleValue.kindOf(function)
                    + " with one of kind " + PickleValue.kindOf(arguments));
        }
        List<PickleValue> items = tuple.items();
        global.requireArguments(items.size());
        return switch (global) {
            case ORDERED_DICT -> orderedDict(items);
            case REBUILD_TENSOR -> tensor(items);
            case REBUILD_TENSOR_V2 -> flagged(items);
            case REBUILD_PARAMETER, PARAMETER -> parameter(items);
        };
    }

    /** How many values a call copies out of its arguments, whose number nothing else bounds. */
    static int copied(PickleValue function, PickleValue arguments) {
        boolean copies = function == PickleValue.Global.ORDERED_DICT
                && arguments instanceof PickleValue.Tuple tuple
                && !tuple.items().isEmpty();
        return copies ? items(((PickleValue.Tuple) arguments).items().get(0)).size() : 0;
    }

    /** Python 2 wrote an OrderedDict's entries as a list of pairs; Python 3 adds them later. */
    private static PickleValue.Dict orderedDict(List<PickleValue> arguments) {
        PickleValue.Dict dict = new PickleValue.Dict();
        if (!arguments.isEmpty()) {
            for (PickleValue pair : items(arguments.get(0))) {
                List<PickleValue> entry = items(pair);
                if (entry.size() != 2) {
                    throw new InvalidCheckpointException("an OrderedDict has an entry of " + entry.size() + " values");
                }
                dict.put(entry.get(0), entry.get(1));
            }
        }
        return dict;
    }

    /** A tensor whose seventh argument, if there is one, may say that its numbers are others than its storage's. */
    private static PickleValue.TensorView flagged(List<PickleValue> arguments) {
        if (arguments.size() > FLAGS) {
            requireNoFlag(arguments.get(FLAGS));
        }
        return tensor(arguments);
    }

    private static void requireNoFlag(PickleValue flags) {
        if (flags == PickleValue.None.NONE) {
            return;
        }
        if (!(flags instanceof PickleValue.Dict dict)) {
            throw new InvalidCheckpointException(
                    "a tensor has flags in the form of a value of kind " + PickleValue.kindOf(flags));
        }
        for (Map.Entry<PickleValue.Key, PickleValue> flag : dict.entries().entrySet()) {
            boolean isKnown = flag.getKey() instanceof PickleValue.Text name && RESOLVED_BY.containsKey(name.value());
            if (!isKnown || !(flag.getValue() instanceof PickleValue.Truth raised)) {
                throw new InvalidCheckpointException("a tensor has a flag that is not known; save it without,"
                        + " such as torch.from_numpy(tensor.numpy())");
            }
            if (raised.value()) {
                throw new InvalidCheckpointException("a tensor is stored with the flag '" + text(flag.getKey())
                        + "', by which its numbers are others than those that are stored; save it as tensor."
                        + RESOLVED_BY.get(text(flag.getKey())));
            }
        }
    }

    private static PickleValue.TensorView tensor(List<PickleValue> arguments) {
        if (!(arguments.get(0) instanceof PickleValue.Storage storage)) {
            throw new InvalidCheckpointException(
                    "a tensor lies in a value of kind " + PickleValue.kindOf(arguments.get(0)));
        }
        return new PickleValue.TensorView(
                storage, whole(arguments.get(1)), wholes(arguments.get(2)), wholes(arguments.get(3)));
    }

    private static PickleValue.TensorView parameter(List<PickleValue> arguments) {
        if (!(arguments.get(0) instanceof PickleValue.TensorView tensor)) {
            throw new InvalidCheckpointException("a parameter is made of something that is no tensor");
        }
        return tensor;
    }

    /**
     * The storage that a persistent id names: the word "storage", its class, its key, the device it was on, its number of
     * elements and, in the older format, perhaps a part of it as key, offset and number of elements.
     */
    static PickleValue.Storage storage(PickleValue id) {
        List<PickleValue> parts = items(id);
        if (parts.size() < 5
                || !parts.get(0).equals(new PickleValue.Text("storage"))
                || !(parts.get(1) instanceof PickleValue.StorageClass storageClass)) {
            throw new InvalidCheckpointException("the checkpoint refers to something that is no storage of a tensor");
        }
        long elements = whole(parts.get(4));
        PickleValue.Storage storage =
                new PickleValue.Storage(storageClass.type(), text(parts.get(2)), elements, 0, elements);
        if (parts.size() < 6 || parts.get(5) == PickleValue.None.NONE) {
            return storage;
        }
        List<PickleValue> view = items(parts.get(5));
        if (view.size() != 3) {
            throw new InvalidCheckpointException("a part of a storage is named by " + view.size() + " values, not 3");
        }
        return storage.part(whole(view.get(1)), whole(view.get(2)));
    }

    static String text(PickleValue value) {
        if (!(value instanceof PickleValue.Text text)) {
            throw new InvalidCheckpointException("a value of kind " + PickleValue.kindOf(value) + " stands for a text");
        }
        return text.value();
    }

    static List<PickleValue> items(PickleValue value) {
        if (value instanceof PickleValue.Tuple tuple) {
            return tuple.items();
        }
        if (value instanceof PickleValue.Sequence sequence) {
            return sequence.items();
        }
        throw new InvalidCheckpointException("a value of kind " + PickleValue.kindOf(value) + " stands for a list");
    }

    private static long whole(PickleValue value) {
        if (!(value instanceof PickleValue.Whole whole)) {
            throw new InvalidCheckpointException(
                    "a value of kind " + PickleValue.kindOf(value) + " stands for a number");
        }
        return whole.value();
    }

    private static List<Long> wholes(PickleValue value) {
        return items(value).stream().map(Arguments::whole).toList();
    }
}
