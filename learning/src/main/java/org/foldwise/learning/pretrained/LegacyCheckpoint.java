package org.foldwise.learning.pretrained;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What torch.save wrote before PyTorch 1.6, and some of torchvision's files are: pickles of a magic number, a version, a
 * description of the machine, the value, and the storages' keys, one after the other, then each storage as its number of
 * elements and its bytes.
 */
final class LegacyCheckpoint implements CheckpointContent {
    static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private final PickleValue value;
    private final Map<String, ByteBuffer> storages;

    private LegacyCheckpoint(PickleValue value, Map<String, ByteBuffer> storages) {
        this.value = value;
        this.storages = storages;
    }

    static LegacyCheckpoint open(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).asReadOnlyBuffer();
        if (!(PickleReader.read(file).value() instanceof PickleValue.Huge magic)
                || !magic.value().equals(MAGIC)) {
            throw new InvalidCheckpointException("the file is a pickle, but none of torch.save's");
        }
        if (!PickleReader.read(file).value().equals(new PickleValue.Whole(VERSION))) {
            throw new InvalidCheckpointException("the checkpoint's version is not " + VERSION);
        }
        if (!(PickleReader.read(file).value() instanceof PickleValue.Dict machine)
                || !machine.get("little_endian").equals(Optional.of(new PickleValue.Truth(true)))) {
            throw new InvalidCheckpointException("the checkpoint was written on a machine of another byte order");
        }
        PickleReader.Pickle pickle = PickleReader.read(file);
        PickleValue keys = PickleReader.read(file).value();
        return new LegacyCheckpoint(pickle.value(), storages(file, pickle, keys));
    }

    private static Map<String, ByteBuffer> storages(ByteBuffer file, PickleReader.Pickle pickle, PickleValue keys) {
        ByteBuffer rest = file.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, ByteBuffer> storages = new HashMap<>();
        for (PickleValue item : Arguments.items(keys)) {
            String key = Arguments.text(item);
            PickleValue.Storage storage = pickle.storages().get(key);
            if (storage == null) {
                throw new InvalidCheckpointException("no tensor of the checkpoint lies in its storage '" + key + "'");
            }
            if (storages.put(key, next(rest, storage)) != null) {
                throw new InvalidCheckpointException("the checkpoint has the storage '" + key + "' twice");
            }
        }
        if (rest.hasRemaining()) {
            throw new InvalidCheckpointException(
                    "there are " + rest.remaining() + " bytes behind the checkpoint's end");
        }
        return storages;
    }

    private static ByteBuffer next(ByteBuffer rest, PickleValue.Storage storage) {
        if (rest.remaining() < Long.BYTES) {
            throw new InvalidCheckpointException("the checkpoint ends before its storage '" + storage.key() + "'");
        }
        long elements = rest.getLong();
        int width = storage.type().bytes();
        if (elements != storage.rootElements() || elements > rest.remaining() / width) {
            throw new InvalidCheckpointException("storage '" + storage.key() + "' should have " + storage.rootElements()
                    + " elements, is said to have " + elements + " of " + width + " bytes, and the file ends after "
                    + rest.remaining() + " bytes");
        }
        int length = (int) (elements * width);
        ByteBuffer bytes = rest.slice(rest.position(), length);
        rest.position(rest.position() + length);
        return bytes;
    }

    @Override
    public PickleValue value() {
        return value;
    }

    @Override
    public ByteBuffer root(PickleValue.Storage part) {
        ByteBuffer bytes = storages.get(part.key());
        if (bytes == null) {
            throw new InvalidCheckpointException("the checkpoint lacks its storage '" + part.key() + "'");
        }
        return bytes;
    }

    @Override
    public void close() {}
}
