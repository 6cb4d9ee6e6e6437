package org.foldwise.learning.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.GreyWeights;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.jspecify.annotations.Nullable;

/**
 * A trained network's state_dict under torchvision's names, to be laid into a network of the same backbone and another head.
 *
 * @param stateDict with names such as {@code layer1.0.conv1.weight}; a classifier, {@code fc.} or {@code classifier.}, may be
 *     among them and is dropped
 */
public record PretrainedWeights(Weights stateDict) {
    private static final List<String> HEADS = List.of("fc.", "classifier.");
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.", "backbone.");
    /** A safetensors file begins with a length of 8 bytes, of which the upper 4 are zero, and a JSON object. */
    private static final int SAFETENSORS_START = 9;

    /** Of a file of either kind: it is in memory as a whole, and its tensors beside it. */
    public static final long MAXIMUM_FILE_BYTES = 512L << 20;

    /** Of how many models the network is the mean, in a state_dict of torch.optim.swa_utils.AveragedModel. */
    private static final String COUNT_OF_MODELS = "n_averaged";

    private static final String VARIANCE = "running_var";
    private static final String COUNTER = "num_batches_tracked";
    /** How many wrappers, one in the other, are looked for. */
    private static final int MAXIMUM_WRAPPERS = 10;

    private static final HeadSpec ANY_HEAD = new HeadSpec(1, 0);
    /** Files from before 2018 number a dense layer's parts ({@code norm.1}); names of modules may hold no dots since. */
    private static final Pattern NUMBERED_DENSE_PART = Pattern.compile("(denselayer\\d+\\.(?:norm|conv))\\.([12])\\.");

    /**
     * Reads a file of weights, safetensors or a checkpoint of PyTorch; its bytes tell which, whatever it is called. What
     * DataParallel ({@code module.}), torch.compile ({@code _orig_mod.}), or a class that holds the network as its {@code model}
     * or {@code backbone} puts in front of every name is taken off, one after the other, and with it the count of models that
     * AveragedModel keeps beside ({@code n_averaged}).
     *
     * @throws IOException if the file cannot be read at all
     * @throws InvalidCheckpointException if it is no valid checkpoint
     * @throws InvalidSafetensorsException if it is no valid safetensors file, or too large
     */
    public static PretrainedWeights read(Path file) throws IOException {
        return read(file, NameMapping.NONE);
    }

    /**
     * The same of a file with names of its own.
     *
     * @param mapping of the names as they stand in the file, before anything is taken off
     * @throws UnusedMappingException if part of the mapping has to do with no name
     * @throws CollidingNamesException if the mapping gives several tensors one name
     */
    public static PretrainedWeights read(Path file, NameMapping mapping) throws IOException {
        Weights read = isSafetensors(file) ? safetensors(file) : TorchCheckpointFile.read(file);
        List<String> idle = mapping.idle(read);
        if (!idle.isEmpty()) {
            throw new UnusedMappingException(idle);
        }
        return new PretrainedWeights(unwrapped(mapping.apply(read)));
    }

    /** The same under the names that they had before a wrapper put its own in front of every one. */
    private static Weights unwrapped(Weights wrapped) {
        Weights weights = wrapped;
        Optional<String> wrapper = wrapperOf(weights);
        while (wrapper.isPresent()) {
            weights = without(wrapper.get(), weights);
            wrapper = wrapperOf(weights);
        }
        return weights;
    }

    /** The wrapper that every tensor lies in, but for a head, or a count of averaged models, beside the wrapped network. */
    private static Optional<String> wrapperOf(Weights weights) {
        List<String> names = weights.tensors().entrySet().stream()
                .filter(named -> !isCountOfModels(named.getKey(), named.getValue()))
                .map(Map.Entry::getKey)
                .filter(name -> HEADS.stream().noneMatch(name::startsWith))
                .toList();
        return WRAPPERS.stream()
                .filter(wrapper -> !names.isEmpty() && names.stream().allMatch(name -> name.startsWith(wrapper)))
                .findFirst();
    }

    private static boolean isCountOfModels(String name, Tensor tensor) {
        return name.equals(COUNT_OF_MODELS) && tensor.size() == 1;
    }

    private static Weights without(String wrapper, Weights weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        // a head beside the wrapped network stands in for the network's own, as in the network it was trained in
        weights.tensors().forEach((name, tensor) -> {
            if (!name.startsWith(wrapper) && !isCountOfModels(name, tensor)) {
                tensors.put(name, tensor);
            }
        });
        weights.tensors().forEach((name, tensor) -> {
            if (name.startsWith(wrapper)) {
                tensors.putIfAbsent(name.substring(wrapper.length()), tensor);
            }
        });
        return new Weights(tensors);
    }

    private static Weights safetensors(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAXIMUM_FILE_BYTES) {
            throw new InvalidSafetensorsException(
                    "the file has " + size + " bytes, at most " + MAXIMUM_FILE_BYTES + " are read");
        }
        Weights weights =
                SafetensorsFile.read(ByteBuffer.wrap(Files.readAllBytes(file))).weights();
        if (weights.tensors().isEmpty()) {
            throw new InvalidSafetensorsException("the file has no tensors; save the network's state_dict");
        }
        return weights;
    }

    private static boolean isSafetensors(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(SAFETENSORS_START);
        }
        return start.length == SAFETENSORS_START
                && start[4] == 0
                && start[5] == 0
                && start[6] == 0
                && start[7] == 0
                && start[8] == '{';
    }

    /** These without those of them that have one of the names. */
    public PretrainedWeights without(Collection<String> names) {
        Map<String, Tensor> rest = new LinkedHashMap<>(stateDict.tensors());
        names.forEach(rest::remove);
        return new PretrainedWeights(new Weights(rest));
    }

    /**
     * The backbone of whose tensors most are among these, by name, shape and type; of several that with the fewest differences, and of
     * those the first. Absent where no tensor is any backbone's.
     */
    public Optional<BackboneName> likeliestBackbone() {
        return Stream.of(BackboneName.values())
                .filter(backbone -> matches(backbone) > 0)
                .min(Comparator.comparingInt((BackboneName backbone) -> -matches(backbone))
                        .thenComparingInt(backbone -> fit(backbone).count()));
    }

    /** How many of the backbone's tensors are among these, counts of batches aside. */
    public int matches(BackboneName backbone) {
        WeightsFit fit = fit(backbone);
        long needed = network(backbone, channels(backbone)).backboneParameters().stream()
                .filter(parameter -> !isCounter(parameter))
                .count();
        long misshapen = fit.mismatches().stream()
                .filter(mismatch -> !isCounter(mismatch.name()))
                .count();
        return Math.toIntExact(needed - fit.missing().size() - misshapen);
    }

    /**
     * What every name begins with that has to go before any tensor is a backbone's, heads beside the wrapped network aside. Absent
     * where tensors are a backbone's as they are, or are not without the beginning either.
     */
    public Optional<ForeignBeginning> foreignBeginning() {
        List<String> names = stateDict.tensors().keySet().stream()
                .filter(name -> HEADS.stream().noneMatch(name::startsWith))
                .toList();
        if (names.isEmpty() || likeliestBackbone().isPresent()) {
            return Optional.empty();
        }
        String first = names.get(0);
        int dot = first.indexOf('.');
        for (int tried = 0; tried < MAXIMUM_WRAPPERS && dot >= 0; tried++) {
            String beginning = first.substring(0, dot + 1);
            if (!names.stream().allMatch(name -> name.startsWith(beginning))) {
                return Optional.empty();
            }
            Optional<BackboneName> backbone = new PretrainedWeights(without(beginning, stateDict)).likeliestBackbone();
            if (backbone.isPresent()) {
                return Optional.of(new ForeignBeginning(beginning, backbone.get()));
            }
            dot = first.indexOf('.', dot + 1);
        }
        return Optional.empty();
    }

    /**
     * What a wrapper that is not known has put in front of every name.
     *
     * @param text with the last dot
     * @param backbone whose tensors they are without
     */
    public record ForeignBeginning(String text, BackboneName backbone) {}

    /** The number of channels of the images that the weights are for: 1 if their first convolution has just one, else 3. */
    public int channels(BackboneName backbone) {
        return published(network(backbone, 1)).inputChannels();
    }

    /** How the weights fit that backbone for images of their own number of channels. */
    public WeightsFit fit(BackboneName backbone) {
        return fit(network(backbone, channels(backbone)));
    }

    private static NetworkSpec network(BackboneName backbone, int channels) {
        return new NetworkSpec(backbone, channels, ANY_HEAD, 1, Freezing.NOTHING);
    }

    /**
     * The names of those that hold a number which is infinite or none at all, and with which no training could begin. A count of
     * batches is not among them: one that float16 cannot hold begins again.
     */
    public List<String> notFinite() {
        // names may share a tensor, which is looked at once
        IdentityHashMap<Tensor, Boolean> seen = new IdentityHashMap<>();
        return stateDict.tensors().entrySet().stream()
                .filter(named -> !isCount(named.getKey(), named.getValue()))
                .filter(named -> !seen.computeIfAbsent(named.getValue(), PretrainedWeights::isFinite))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isCount(String name, Tensor tensor) {
        return isCounter(name) && tensor.size() == 1;
    }

    private static boolean isFinite(Tensor tensor) {
        // numbers of 64 bits that float32 cannot hold are infinite once they are read
        return allMatch(tensor, value -> Float.isFinite((float) value));
    }

    /** The names of the running variances that hold a negative number, of which no root can be taken. */
    public List<String> negativeVariances() {
        return stateDict.tensors().entrySet().stream()
                .filter(named -> lastPart(named.getKey()).equals(VARIANCE))
                .filter(named -> !allMatch(named.getValue(), value -> !(value < 0)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean allMatch(Tensor tensor, DoublePredicate holds) {
        boolean all = true;
        switch (tensor.type()) {
            case INT64 -> {
                LongBuffer values = tensor.bytes().asLongBuffer();
                while (all && values.hasRemaining()) {
                    all = holds.test((double) values.get());
                }
            }
            case FLOAT32 -> {
                FloatBuffer values = tensor.bytes().asFloatBuffer();
                while (all && values.hasRemaining()) {
                    all = holds.test(values.get());
                }
            }
            case FLOAT64 -> {
                DoubleBuffer values = tensor.bytes().asDoubleBuffer();
                while (all && values.hasRemaining()) {
                    all = holds.test(values.get());
                }
            }
        }
        return all;
    }

    /**
     * How the weights fit that network's backbone. As in PyTorch a missing count of batches is no difference, it is 0, and any
     * single number is one, whatever its type; nor is float64 a difference, which is rounded. A first convolution for three
     * channels fits a network of one.
     */
    public WeightsFit fit(NetworkSpec network) {
        NetworkSpec published = published(network);
        Map<String, Tensor> rest = renamed(network.backbone());
        List<String> dropped = rest.keySet().stream()
                .filter(name -> HEADS.stream().anyMatch(name::startsWith))
                .toList();
        dropped.forEach(rest::remove);
        List<String> missing = new ArrayList<>();
        List<WeightsFit.Mismatch> mismatches = new ArrayList<>();
        for (ParameterSpec parameter : published.backboneParameters()) {
            String name = bare(parameter);
            Tensor tensor = rest.remove(name);
            if (tensor == null) {
                if (!isCounter(parameter)) {
                    missing.add(name);
                }
            } else if (!fits(tensor, parameter)) {
                ElementType expected = isCounter(parameter) ? ElementType.INT64 : ElementType.FLOAT32;
                mismatches.add(new WeightsFit.Mismatch(name, expected + " " + parameter.shape(), tensor.toString()));
            }
        }
        return new WeightsFit(missing, List.copyOf(rest.keySet()), mismatches, dropped);
    }

    /** Casting a whole state_dict, as with half(), casts its counts too, which PyTorch copies back. */
    private static boolean fits(Tensor tensor, ParameterSpec parameter) {
        return isCounter(parameter)
                ? tensor.size() == 1
                : tensor.shape().equals(parameter.shape()) && tensor.type() != ElementType.INT64;
    }

    /**
     * Makes sure that the weights are those of the network's backbone.
     *
     * @throws UnfitWeightsException with all differences, if there are any
     */
    public void requireFit(NetworkSpec network) {
        WeightsFit fit = fit(network);
        if (!fit.isComplete()) {
            throw new UnfitWeightsException(network.backbone(), fit);
        }
    }

    /**
     * All weights of that network: the backbone's from here, the head's drawn afresh. For one input channel the first
     * convolution is summed over three ({@link GreyWeights}).
     *
     * @param seed of the head
     * @throws UnfitWeightsException with all differences, if there are any
     */
    public Weights into(NetworkSpec network, long seed) {
        requireFit(network);
        NetworkSpec published = published(network);
        Map<String, Tensor> renamed = renamed(network.backbone());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec parameter : published.backboneParameters()) {
            Tensor tensor = renamed.get(bare(parameter));
            tensors.put(parameter.name(), isCounter(parameter) ? Tensor.of(count(tensor)) : narrowed(tensor));
        }
        tensors.putAll(InitialWeights.drawHead(network, seed).tensors());
        Weights weights = new Weights(tensors);
        return published.equals(network) ? weights : GreyWeights.of(network, weights);
    }

    /** The network that the weights are of: for colour images, unless their first convolution has just one channel. */
    private NetworkSpec published(NetworkSpec network) {
        Tensor first =
                stateDict.tensors().get(network.firstConvolution().substring(NetworkSpec.BACKBONE_PREFIX.length()));
        boolean isGrey =
                first != null && first.shape().size() == 4 && first.shape().get(1) == 1;
        return network.inputChannels() == 1 && isGrey ? network : network.withInputChannels(3);
    }

    private Map<String, Tensor> renamed(BackboneName backbone) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        stateDict.tensors().forEach((name, tensor) -> {
            String today = backbone == BackboneName.DENSENET121
                    ? NUMBERED_DENSE_PART.matcher(name).replaceFirst("$1$2.")
                    : name;
            // of two names for one thing today's counts, whichever comes first: the other shows as unexpected
            renamed.put(stateDict.tensors().containsKey(today) ? name : today, tensor);
        });
        return renamed;
    }

    /** The number of batches that a tensor of one element says; 0 where there is none, or it is not finite. */
    private static long count(@Nullable Tensor tensor) {
        if (tensor == null) {
            return 0;
        }
        return switch (tensor.type()) {
            case INT64 -> tensor.bytes().getLong();
            case FLOAT32 -> count(tensor.bytes().getFloat());
            case FLOAT64 -> count(tensor.bytes().getDouble());
        };
    }

    private static long count(double batches) {
        return Double.isFinite(batches) ? Math.round(batches) : 0;
    }

    private static Tensor narrowed(@Nullable Tensor tensor) {
        if (tensor == null) {
            throw new IllegalStateException("a fitting set of weights lacks a tensor");
        }
        if (tensor.type() != ElementType.FLOAT64) {
            return tensor;
        }
        float[] values = new float[tensor.size()];
        var doubles = tensor.bytes().asDoubleBuffer();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) doubles.get(i);
        }
        return Tensor.of(tensor.shape(), values);
    }

    private static boolean isCounter(String name) {
        return lastPart(name).equals(COUNTER);
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static boolean isCounter(ParameterSpec parameter) {
        return parameter.kind() == ParameterSpec.Kind.BATCHES_TRACKED;
    }

    private static String bare(ParameterSpec parameter) {
        return parameter.name().substring(NetworkSpec.BACKBONE_PREFIX.length());
    }
}
