package org.foldwise.learning.pretrained;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Tensor;

/** Files as torch.save writes them since PyTorch 1.6, honest ones and others, without PyTorch. */
public final class TorchFiles {
    private static final String FOLDER = "archive/";

    private TorchFiles() {}

    /** A state_dict as torchvision publishes one: drawn weights under its names, and a classifier of its own. */
    public static Map<String, Tensor> published(BackboneName backbone, long seed) {
        NetworkSpec network = new NetworkSpec(backbone, 3, new HeadSpec(1, 0), 1, Freezing.NOTHING);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        InitialWeights.draw(network, seed).tensors().forEach((name, tensor) -> {
            if (name.startsWith(NetworkSpec.BACKBONE_PREFIX)) {
                tensors.put(name.substring(NetworkSpec.BACKBONE_PREFIX.length()), tensor);
            }
        });
        tensors.put("classifier.weight", Tensor.of(List.of(2L, 1L), new float[] {1, 2}));
        tensors.put("classifier.bias", Tensor.of(List.of(2L), new float[] {3, 4}));
        return tensors;
    }

    /** What torch.save makes of a state_dict. */
    public static byte[] stateDict(Map<String, Tensor> tensors) {
        PickleBytes pickle = PickleBytes.start().signs("}(");
        Map<String, byte[]> storages = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            String key = Integer.toString(storages.size());
            byte[] bytes = new byte[tensor.bytes().remaining()];
            tensor.bytes().get(bytes);
            storages.put(key, bytes);
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            pickle.text(name)
                    .global("torch._utils", "_rebuild_tensor_v2")
                    .signs("(")
                    .storage(storage(tensor.type()), key, tensor.size())
                    .whole(0)
                    .wholes(shape)
                    .wholes(strides(shape))
                    .raw(0x89)
                    .global("collections", "OrderedDict")
                    .signs(")RtR");
        });
        return archive(pickle.signs("u").stop(), storages);
    }

    /** A pickle that has the shell run a command when Python reads it. */
    public static byte[] runningACommand(String command) {
        return archive(
                PickleBytes.start()
                        .global("os", "system")
                        .signs("(")
                        .text(command)
                        .signs("tR")
                        .stop(),
                Map.of());
    }

    /** A file of some hundred bytes that says it holds terabytes. */
    public static byte[] sayingItIsHuge() {
        long side = 1 << 20;
        return archive(
                PickleBytes.start()
                        .signs("}")
                        .text("features.0.0.weight")
                        .tensor(side * side, 0, new long[] {side, side}, new long[] {side, 1})
                        .signs("s")
                        .stop(),
                Map.of("0", new byte[16]));
    }

    /** A state_dict whose megabytes of zeros were compressed to nearly nothing. */
    public static byte[] compressed() {
        PickleBytes pickle = PickleBytes.start()
                .signs("}")
                .text("features.0.0.weight")
                .tensor(1 << 22, 0, new long[] {1 << 22}, new long[] {1})
                .signs("s");
        return zip(pickle.stop(), Map.of("0", new byte[1 << 24]), ZipEntry.DEFLATED);
    }

    private static String storage(ElementType type) {
        return switch (type) {
            case FLOAT32 -> "FloatStorage";
            case FLOAT64 -> "DoubleStorage";
            case INT64 -> "LongStorage";
        };
    }

    private static long[] strides(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    private static byte[] archive(byte[] pickle, Map<String, byte[]> storages) {
        return zip(pickle, storages, ZipEntry.STORED);
    }

    private static byte[] zip(byte[] pickle, Map<String, byte[]> storages, int method) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("data.pkl", pickle);
        entries.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        storages.forEach((key, bytes) -> entries.put("data/" + key, bytes));
        entries.put("version", "3\n".getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(FOLDER + named.getKey());
                entry.setMethod(method);
                if (method == ZipEntry.STORED) {
                    CRC32 crc = new CRC32();
                    crc.update(named.getValue());
                    entry.setSize(named.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(named.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return archive.toByteArray();
    }
}
