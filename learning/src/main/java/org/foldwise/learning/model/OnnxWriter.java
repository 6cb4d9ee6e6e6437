package org.foldwise.learning.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.network.InferenceGraph;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.provenance.Provenance.Normalisation;

/**
 * Writes a bundle's network as an ONNX file, for engines other than ours. Its input {@code images} is N x C x H x W in float32,
 * preprocessed as the metadata say; its outputs are {@code logits} and {@code probabilities}, N x outputs, recalibrated where the
 * model's are. Of an ensemble {@code probabilities} is the mean of its networks', and the only output. Equal bundles are equal bytes.
 *
 * <p>Metadata, all of them text: {@code class.0}, {@code class.1} and so on, the classes' names; of a binary task {@code
 * positiveClass} and {@code threshold}, at or above which a probability is called positive; of any other {@code task}, and of a
 * multi-label one {@code threshold.0} and so on, in the order of the classes; where the model has prediction sets, {@code setCoverage}
 * and {@code setLimit.0} and so on: a class is in the set where 1 less its probability is at or below its limit; of a label {@code setLimit.0.0} for being absent, {@code
 * setLimit.0.1} for being there; {@code channels}, {@code height} and {@code width} of an
 * image; {@code preprocessing}, the steps to it, and {@code mean} and {@code std} of its normalisation by channel, on samples
 * from 0 to 1; {@code preprocessingFingerprint}; {@code planDigest}, of an ensemble {@code planDigest.0} and so on, and {@code members},
 * how many networks it has; and {@code manifest}, the bundle's {@code bundle.json}.
 */
public final class OnnxWriter {
    /** The version of the operators' meaning. */
    public static final long OPSET = 17;

    /** Counts up whenever equal bundles become other files than before, so that nobody takes an old file for a new one. */
    public static final int EDITION = 3;

    /** The version of the file format that came with these operators. */
    private static final long IR_VERSION = 8;

    private OnnxWriter() {}

    /** Writes the file; the stream is left open. */
    public static void write(ModelBundle bundle, OutputStream out) throws IOException {
        model(bundle).writeTo(out);
    }

    /** The file. */
    public static byte[] bytes(ModelBundle bundle) {
        return model(bundle).toByteArray();
    }

    private static ModelProto model(ModelBundle bundle) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("foldwise")
                .setProducerVersion(
                        bundle.members().get(0).provenance().libraries().getOrDefault("foldwise", "unknown"))
                .setGraph(graph(bundle));
        model.addOpsetImportBuilder().setVersion(OPSET);
        metadata(bundle)
                .forEach((key, value) ->
                        model.addMetadataPropsBuilder().setKey(key).setValue(value));
        return model.build();
    }

    private static GraphProto graph(ModelBundle bundle) {
        Preprocessing input = bundle.inputPreprocessing();
        int outputs = bundle.network().outputs();
        Recalibration recalibration = bundle.decision().recalibration();
        if (!bundle.isEnsemble()) {
            return OnnxGraph.of(
                    InferenceGraph.of(bundle.network(), bundle.weights()),
                    toProbabilities(bundle),
                    recalibration,
                    outputs,
                    input.height(),
                    input.width());
        }
        List<OnnxGraph.Member> members =
                bundle.members().stream().map(member -> member(bundle, member)).toList();
        return OnnxGraph.ofMean(
                members, toProbabilities(bundle), recalibration, outputs, input.height(), input.width());
    }

    /** The input is normalised as the first network's; for another it is normalised anew. */
    private static OnnxGraph.Member member(ModelBundle bundle, ModelBundle.Member member) {
        InferenceGraph graph = InferenceGraph.of(bundle.network(), member.weights());
        Normalisation given = bundle.members().get(0).provenance().normalisation();
        Normalisation own = member.provenance().normalisation();
        if (own.equals(given)) {
            return new OnnxGraph.Member(graph, null, null);
        }
        int channels = own.mean().size();
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double std = own.std().get(channel);
            scale[channel] = (float) (given.std().get(channel) / std);
            shift[channel] = (float) ((given.mean().get(channel) - own.mean().get(channel)) / std);
        }
        List<Long> shape = List.of((long) channels);
        return new OnnxGraph.Member(graph, Tensor.of(shape, scale), Tensor.of(shape, shift));
    }

    private static String toProbabilities(ModelBundle bundle) {
        return switch (bundle.task()) {
            case BINARY, MULTILABEL -> "Sigmoid";
            case MULTICLASS -> OnnxGraph.SOFTMAX;
        };
    }

    private static Map<String, String> metadata(ModelBundle bundle) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (int i = 0; i < bundle.classes().size(); i++) {
            metadata.put("class." + i, bundle.classes().get(i));
        }
        if (bundle.task() == Task.BINARY) {
            metadata.put("positiveClass", bundle.positiveClass());
            metadata.put("threshold", Double.toString(bundle.threshold().threshold()));
        } else {
            metadata.put("task", bundle.task().name().toLowerCase(Locale.ROOT));
        }
        if (bundle.decision() instanceof Decision.LabelThresholds labels) {
            for (int i = 0; i < labels.thresholds().size(); i++) {
                metadata.put(
                        "threshold." + i, Double.toString(labels.thresholds().get(i)));
            }
        }
        if (bundle.decision().sets() instanceof ConformalSets sets) {
            metadata.put("setCoverage", Double.toString(sets.coverage()));
            putLimits(metadata, "setLimit.", sets);
        }
        if (bundle.decision().sets() instanceof LabelSets ofLabels) {
            metadata.put("setCoverage", Double.toString(ofLabels.coverage()));
            for (int i = 0; i < ofLabels.labels().size(); i++) {
                if (ofLabels.labels().get(i) instanceof ConformalSets sets) {
                    putLimits(metadata, "setLimit." + i + ".", sets);
                }
            }
        }
        Preprocessing preprocessing = bundle.inputPreprocessing();
        metadata.put("channels", Integer.toString(preprocessing.channels()));
        metadata.put("height", Integer.toString(preprocessing.height()));
        metadata.put("width", Integer.toString(preprocessing.width()));
        metadata.put(
                "preprocessing",
                preprocessing.steps().stream()
                        .map(Preprocessing.Step::canonical)
                        .collect(Collectors.joining("; ")));
        for (Preprocessing.Step step : preprocessing.steps()) {
            if (step instanceof Preprocessing.Step.Normalize normalize) {
                metadata.put("mean", text(normalize.mean()));
                metadata.put("std", text(normalize.std()));
            }
        }
        metadata.put("preprocessingFingerprint", bundle.inputFingerprint().hex());
        if (bundle.isEnsemble()) {
            metadata.put("members", Integer.toString(bundle.members().size()));
            for (int i = 0; i < bundle.members().size(); i++) {
                metadata.put(
                        "planDigest." + i,
                        PlanJson.digest(bundle.members().get(i).plan()).hex());
            }
        } else {
            metadata.put("planDigest", PlanJson.digest(bundle.plan()).hex());
        }
        boolean isRounded =
                bundle.members().stream().anyMatch(member -> member.predictionPrecision() == Precision.BFLOAT16);
        if (isRounded) {
            // the file computes in float32 all the same, and whoever runs it should know that the threshold comes from
            // elsewhere
            metadata.put("predictionPrecision", Precision.BFLOAT16.label());
        }
        metadata.put("manifest", new String(BundleWriter.manifest(bundle), StandardCharsets.UTF_8));
        return metadata;
    }

    private static void putLimits(Map<String, String> metadata, String prefix, ConformalSets sets) {
        for (int i = 0; i < sets.limits().size(); i++) {
            metadata.put(prefix + i, Double.toString(sets.limits().get(i).score()));
        }
    }

    private static String text(List<Double> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
