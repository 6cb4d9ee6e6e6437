package org.foldwise.learning.pretrained;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.network.StorageType;

/**
 * Reads pickles as data. Python's own reader runs what a pickle names; this one knows a short list of names, of which none is
 * run, and refuses all others. Each instruction costs constant time and memory, or is charged for what it copies as if that had
 * been said again, and their number is limited, so what a pickle can make of itself is bounded whatever it says
 * (docs.python.org, pickletools, describes the instructions).
 */
final class PickleReader {
    private static final int MAXIMUM_PROTOCOL = 5;
    private static final int MAXIMUM_INSTRUCTIONS = 500_000;
    private static final int MAXIMUM_OPEN_MARKS = 100;
    private static final int MAXIMUM_NAME = 200;

    private static final Map<String, PickleValue> GLOBALS = globals();
    /** What PyTorch calls for tensors of other types and layouts than those that are read, and where it keeps them. */
    private static final Pattern OTHER_TENSORS =
            Pattern.compile("torch\\._utils\\._rebuild_\\w+|torch\\.(?:\\w+\\.)?\\w+Storage");

    private final ByteBuffer bytes;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();
    private final Map<String, PickleValue.Storage> storages = new HashMap<>();
    private long instructions;

    private PickleReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * What a pickle says.
     *
     * @param value its only value
     * @param storages one reference to each storage that it names, by key
     */
    record Pickle(PickleValue value, Map<String, PickleValue.Storage> storages) {
        Pickle {
            storages = Map.copyOf(storages);
        }
    }

    /**
     * The pickle that begins at the buffer's position, which moves behind it.
     *
     * @throws InvalidCheckpointException if it is damaged, too long, of protocol 0 or 1, or names anything but tensors
     */
    static Pickle read(ByteBuffer bytes) {
        OldProtocol.refuse(bytes);
        ByteBuffer order = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            PickleReader reader = new PickleReader(order);
            PickleValue value = reader.run();
            bytes.position(order.position());
            return new Pickle(value, reader.storages);
        } catch (BufferUnderflowException e) {
            throw new InvalidCheckpointException("the pickle ends in the middle of an instruction", e);
        }
    }

    private static Map<String, PickleValue> globals() {
        Map<String, PickleValue> globals = Stream.of(PickleValue.Global.values())
                .collect(Collectors.toMap(PickleValue.Global::pythonName, global -> global));
        Map<String, StorageType> storages = Map.of(
                "HalfStorage", StorageType.FLOAT16,
                "BFloat16Storage", StorageType.BFLOAT16,
                "FloatStorage", StorageType.FLOAT32,
                "DoubleStorage", StorageType.FLOAT64,
                "CharStorage", StorageType.INT8,
                "ShortStorage", StorageType.INT16,
                "IntStorage", StorageType.INT32,
                "LongStorage", StorageType.INT64,
                "ByteStorage", StorageType.UINT8,
                "BoolStorage", StorageType.BOOL);
        storages.forEach((name, type) -> {
            globals.put("torch." + name, new PickleValue.StorageClass(type));
            globals.put("torch.cuda." + name, new PickleValue.StorageClass(type));
        });
        return Map.copyOf(globals);
    }

    private PickleValue run() {
        while (true) {
            charge(1);
            Opcode opcode = Opcode.of(unsignedByte());
            if (opcode == Opcode.STOP) {
                return result();
            }
            perform(opcode);
        }
    }

    private void charge(int cost) {
        instructions += cost;
        if (instructions > MAXIMUM_INSTRUCTIONS) {
            throw new InvalidCheckpointException(
                    "the pickle has more than " + MAXIMUM_INSTRUCTIONS + " instructions, counting what they copy");
        }
    }

    private PickleValue result() {
        PickleValue value = pop();
        if (!stack.isEmpty() || !marks.isEmpty()) {
            throw new InvalidCheckpointException("the pickle ends with " + stack.size() + " values left over");
        }
        return value;
    }

    private void perform(Opcode opcode) {
        switch (opcode) {
            case PROTO -> requireProtocol(unsignedByte());
            case FRAME -> bytes.getLong();
            case STOP -> throw new IllegalStateException("the end is not performed");
            case MARK -> mark();
            case NONE -> push(PickleValue.None.NONE);
            case NEWTRUE -> push(new PickleValue.Truth(true));
            case NEWFALSE -> push(new PickleValue.Truth(false));
            case BININT -> push(new PickleValue.Whole(bytes.getInt()));
            case BININT1 -> push(new PickleValue.Whole(unsignedByte()));
            case BININT2 -> push(new PickleValue.Whole(Short.toUnsignedInt(bytes.getShort())));
            case LONG1 -> push(integer(take(unsignedByte())));
            // the only number of a pickle whose first byte is the highest
            case BINFLOAT -> push(new PickleValue.Real(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()))));
            case BINUNICODE, BINSTRING -> push(new PickleValue.Text(text(length())));
            case SHORT_BINUNICODE, SHORT_BINSTRING -> push(new PickleValue.Text(text(unsignedByte())));
            case EMPTY_TUPLE -> push(new PickleValue.Tuple(List.of()));
            case TUPLE -> push(new PickleValue.Tuple(popToMark()));
            case TUPLE1 -> push(new PickleValue.Tuple(pop(1)));
            case TUPLE2 -> push(new PickleValue.Tuple(pop(2)));
            case TUPLE3 -> push(new PickleValue.Tuple(pop(3)));
            case EMPTY_LIST -> push(new PickleValue.Sequence());
            case APPEND -> append(pop(1));
            case APPENDS -> append(popToMark());
            case EMPTY_DICT -> push(new PickleValue.Dict());
            case SETITEM -> putAll(pop(2));
            case SETITEMS -> putAll(popToMark());
            case BINPUT -> memo.put(unsignedByte(), top());
            case LONG_BINPUT -> memo.put(bytes.getInt(), top());
            case MEMOIZE -> memo.put(memo.size(), top());
            case BINGET -> push(remembered(unsignedByte()));
            case LONG_BINGET -> push(remembered(bytes.getInt()));
            case GLOBAL -> push(global(line(), line()));
            case STACK_GLOBAL -> {
                List<PickleValue> names = pop(2);
                push(global(Arguments.text(names.get(0)), Arguments.text(names.get(1))));
            }
            case REDUCE -> {
                List<PickleValue> call = pop(2);
                // a call may copy a list that was said once and remembered
                charge(Arguments.copied(call.get(0), call.get(1)));
                push(Arguments.reduce(call.get(0), call.get(1)));
            }
            case BUILD -> forgetState(pop(), top());
            case BINPERSID -> push(known(Arguments.storage(pop())));
        }
    }

    private static void requireProtocol(int protocol) {
        if (protocol > MAXIMUM_PROTOCOL) {
            throw new InvalidCheckpointException(
                    "the pickle's protocol is " + protocol + ", at most " + MAXIMUM_PROTOCOL + " is read");
        }
    }

    private static PickleValue global(String module, String name) {
        String full = module + "." + name;
        PickleValue global = GLOBALS.get(full);
        if (global == null && OTHER_TENSORS.matcher(full).matches()) {
            throw new InvalidCheckpointException("the checkpoint holds tensors of a kind that is not read ('" + full
                    + "'); save dense ones of float32, such as tensor.to_dense().float(), and of quantised ones"
                    + " tensor.dequantize()");
        }
        if (global == null) {
            throw new InvalidCheckpointException("the checkpoint names '" + full
                    + "', but only tensors are read and nothing is run; save the state_dict alone");
        }
        return global;
    }

    /** A state_dict carries versions of its modules, a parameter of old its flags; weights need neither. */
    private static void forgetState(PickleValue state, PickleValue owner) {
        boolean isMetadata = owner instanceof PickleValue.Dict && state instanceof PickleValue.Dict;
        boolean areFlags = owner instanceof PickleValue.TensorView && state instanceof PickleValue.Tuple;
        if (!isMetadata && !areFlags) {
            throw new InvalidCheckpointException("a value of kind " + PickleValue.kindOf(owner)
                    + " is given a state of kind " + PickleValue.kindOf(state));
        }
    }

    private PickleValue known(PickleValue.Storage storage) {
        PickleValue.Storage before = storages.putIfAbsent(storage.key(), storage);
        if (before != null && !(before.type() == storage.type() && before.rootElements() == storage.rootElements())) {
            throw new InvalidCheckpointException("the checkpoint names storage '" + storage.key() + "' once as "
                    + before.rootElements() + " elements of " + before.type() + ", once as " + storage.rootElements()
                    + " of " + storage.type());
        }
        return storage;
    }

    private void append(List<PickleValue> items) {
        if (!(top() instanceof PickleValue.Sequence sequence)) {
            throw new InvalidCheckpointException(
                    "something is appended to a value of kind " + PickleValue.kindOf(top()));
        }
        items.forEach(sequence::add);
    }

    private void putAll(List<PickleValue> alternating) {
        if (!(top() instanceof PickleValue.Dict dict) || alternating.size() % 2 != 0) {
            throw new InvalidCheckpointException(
                    alternating.size() + " keys and values are put into a value of kind " + PickleValue.kindOf(top()));
        }
        for (int i = 0; i < alternating.size(); i += 2) {
            dict.put(alternating.get(i), alternating.get(i + 1));
        }
    }

    private PickleValue remembered(int index) {
        return Optional.ofNullable(memo.get(index))
                .orElseThrow(() -> new InvalidCheckpointException("the pickle's memo has no entry " + index));
    }

    private void mark() {
        if (marks.size() == MAXIMUM_OPEN_MARKS) {
            throw new InvalidCheckpointException("the pickle is nested more than " + MAXIMUM_OPEN_MARKS + " deep");
        }
        marks.push(stack.size());
    }

    private void push(PickleValue value) {
        stack.add(value);
    }

    private PickleValue top() {
        requireValues(1);
        return stack.get(stack.size() - 1);
    }

    private PickleValue pop() {
        return pop(1).get(0);
    }

    private List<PickleValue> pop(int count) {
        requireValues(count);
        return cut(stack.size() - count);
    }

    private List<PickleValue> popToMark() {
        if (marks.isEmpty()) {
            throw new InvalidCheckpointException("the pickle closes what it has not opened");
        }
        return cut(marks.pop());
    }

    private List<PickleValue> cut(int from) {
        List<PickleValue> tail = stack.subList(from, stack.size());
        List<PickleValue> values = List.copyOf(tail);
        tail.clear();
        return values;
    }

    private void requireValues(int count) {
        int floor = marks.isEmpty() ? 0 : marks.peek();
        if (stack.size() - floor < count) {
            throw new InvalidCheckpointException("the pickle takes a value that it has not made");
        }
    }

    private int unsignedByte() {
        return Byte.toUnsignedInt(bytes.get());
    }

    private int length() {
        int length = bytes.getInt();
        if (length < 0) {
            throw new InvalidCheckpointException(
                    "a text of the pickle is said to have " + Integer.toUnsignedLong(length) + " bytes");
        }
        return length;
    }

    private ByteBuffer take(int length) {
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer taken = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return taken;
    }

    private String text(int length) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(take(length)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidCheckpointException("a text of the pickle is not in UTF-8", e);
        }
    }

    private String line() {
        int start = bytes.position();
        int length = 0;
        while (bytes.get() != '\n') {
            if (++length > MAXIMUM_NAME) {
                throw new InvalidCheckpointException("a name in the pickle is longer than " + MAXIMUM_NAME + " bytes");
            }
        }
        bytes.position(start);
        String line = text(length);
        bytes.get();
        return line;
    }

    /** Two's complement, lowest byte first, of any length. */
    private static PickleValue integer(ByteBuffer littleEndian) {
        int length = littleEndian.remaining();
        byte[] bigEndian = new byte[length + 1];
        for (int i = 0; i < length; i++) {
            bigEndian[length - i] = littleEndian.get(i);
        }
        bigEndian[0] = (byte) (length > 0 && littleEndian.get(length - 1) < 0 ? -1 : 0);
        BigInteger value = new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE
                ? new PickleValue.Whole(value.longValueExact())
                : new PickleValue.Huge(value);
    }
}
