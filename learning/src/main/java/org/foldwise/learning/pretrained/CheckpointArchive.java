package org.foldwise.learning.pretrained;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What torch.save writes since PyTorch 1.6: a zip archive of one folder with a pickle and a file for each storage. PyTorch never
 * compresses them, so compressed entries are refused, and with them every archive that holds more than it is long.
 */
final class CheckpointArchive implements CheckpointContent {
    private static final String PICKLE = "data.pkl";
    private static final int MAXIMUM_PICKLE_BYTES = 16 << 20;
    private static final int MAXIMUM_ENTRIES = 200_000;

    private final ZipFile zip;
    private final Map<String, ZipEntry> entries;
    private final String folder;
    private final Map<String, ByteBuffer> storages = new HashMap<>();

    private CheckpointArchive(ZipFile zip, Map<String, ZipEntry> entries, String folder) {
        this.zip = zip;
        this.entries = entries;
        this.folder = folder;
    }

    static CheckpointArchive open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new InvalidCheckpointException("the checkpoint's archive is damaged: " + e.getMessage(), e);
        }
        try {
            Map<String, ZipEntry> entries = entries(zip, Files.size(file));
            CheckpointArchive archive = new CheckpointArchive(zip, entries, folder(entries));
            archive.requireTensorsOfThisMachine();
            return archive;
        } catch (IllegalArgumentException e) {
            zip.close();
            throw new InvalidCheckpointException("the checkpoint's archive has a damaged entry", e);
        } catch (RuntimeException | IOException e) {
            zip.close();
            throw e;
        }
    }

    private static Map<String, ZipEntry> entries(ZipFile zip, long fileSize) {
        if (zip.size() > MAXIMUM_ENTRIES) {
            throw new InvalidCheckpointException(
                    "the checkpoint has " + zip.size() + " entries, at most " + MAXIMUM_ENTRIES + " are read");
        }
        Map<String, ZipEntry> entries = new LinkedHashMap<>();
        long total = 0;
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                throw new InvalidCheckpointException("the checkpoint has compressed entries, PyTorch writes none");
            }
            if (entries.put(entry.getName(), entry) != null) {
                throw new InvalidCheckpointException("the checkpoint has the same entry twice");
            }
            total += entry.getSize();
            if (entry.getSize() < 0 || total > fileSize) {
                throw new InvalidCheckpointException("the checkpoint's entries are longer than the file");
            }
        }
        return entries;
    }

    private static String folder(Map<String, ZipEntry> entries) {
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.endsWith("/" + PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw new InvalidCheckpointException(
                    "a checkpoint has one entry " + PICKLE + ", this archive has " + pickles.size());
        }
        return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    }

    private void requireTensorsOfThisMachine() throws IOException {
        if (entries.containsKey(folder + "constants.pkl")) {
            throw new InvalidCheckpointException("the file is a TorchScript program; save the state_dict alone");
        }
        if (entries.containsKey(folder + "byteorder")) {
            String order =
                    StandardCharsets.US_ASCII.decode(read("byteorder", 16)).toString();
            if (!order.equals("little")) {
                throw new InvalidCheckpointException("the checkpoint was written on a machine of another byte order");
            }
        }
    }

    @Override
    public PickleValue value() throws IOException {
        ByteBuffer pickle = read(PICKLE, MAXIMUM_PICKLE_BYTES);
        PickleValue value = PickleReader.read(pickle).value();
        if (pickle.hasRemaining()) {
            throw new InvalidCheckpointException("there are " + pickle.remaining() + " bytes behind the pickle's end");
        }
        return value;
    }

    @Override
    public ByteBuffer root(PickleValue.Storage part) throws IOException {
        ByteBuffer bytes = storages.get(part.key());
        if (bytes == null) {
            bytes = read("data/" + part.key(), Integer.MAX_VALUE);
            storages.put(part.key(), bytes);
        }
        int width = part.type().bytes();
        if (bytes.remaining() % width != 0 || bytes.remaining() / width != part.rootElements()) {
            throw new InvalidCheckpointException("storage '" + part.key() + "' has " + bytes.remaining()
                    + " bytes, which are not " + part.rootElements() + " elements of " + width);
        }
        return bytes;
    }

    private ByteBuffer read(String name, int limit) throws IOException {
        ZipEntry entry = entries.get(folder + name);
        if (entry == null) {
            throw new InvalidCheckpointException("the checkpoint lacks its entry '" + name + "'");
        }
        if (entry.getSize() > limit) {
            throw new InvalidCheckpointException("the checkpoint's entry '" + name + "' has " + entry.getSize()
                    + " bytes, at most " + limit + " are read");
        }
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readNBytes(Math.toIntExact(entry.getSize()));
        } catch (ZipException | EOFException e) {
            throw new InvalidCheckpointException("the checkpoint's entry '" + name + "' is damaged", e);
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
            throw new InvalidCheckpointException(
                    "the checkpoint's entry '" + name + "' is damaged: its bytes do not have its checksum");
        }
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
