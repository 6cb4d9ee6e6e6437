package org.foldwise.learning.training;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TrainingPath;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;

/**
 * Checkpoints as safetensors files: tensors under a prefix that says what they belong to, everything else as
 * texts of the file's metadata. Numbers are written so that they are read back to the bit.
 */
public final class CheckpointCodec {
    private static final String FORMAT = "foldwise checkpoint 8";
    private static final int FIGURES = 5;

    private static final String BACKBONE = "backbone";
    private static final String LOSS_SCALE = "lossScale.factor";

    private static final String WEIGHTS = "weights/";
    /** Left out where they are the last epoch's. */
    private static final String BEST = "best/";

    private static final String AVERAGE = "average/";
    /** Followed by what the optimizer calls the set, and a slash. */
    private static final String OPTIMIZER = "optimizer/";

    private CheckpointCodec() {}

    /** Writes a checkpoint; the stream is left open. */
    public static void write(Checkpoint checkpoint, OutputStream out) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        putAll(tensors, WEIGHTS, checkpoint.weights());
        if (!checkpoint.isBest()) {
            putAll(tensors, BEST, checkpoint.best());
        }
        if (checkpoint.average() != null) {
            putAll(tensors, AVERAGE, checkpoint.average());
        }
        checkpoint.optimizer().memories().forEach((word, memory) -> putAll(tensors, OPTIMIZER + word + "/", memory));
        SortedMap<String, String> metadata = new TreeMap<>();
        metadata.put("format", FORMAT);
        metadata.put("task", checkpoint.task().hex());
        if (checkpoint.backbone() != null) {
            metadata.put(BACKBONE, checkpoint.backbone().hex());
        }
        metadata.put("bestEpochIndex", Integer.toString(checkpoint.bestEpochIndex()));
        metadata.put("epochs", Integer.toString(checkpoint.history().size()));
        ScheduleState schedule = checkpoint.schedule();
        metadata.put("schedule.updates", Long.toString(schedule.updates()));
        metadata.put("schedule.epochs", Integer.toString(schedule.epochs()));
        metadata.put("schedule.learningRate", Double.toString(schedule.learningRate()));
        metadata.put("schedule.best", Double.toString(schedule.best()));
        metadata.put("schedule.badEpochs", Integer.toString(schedule.badEpochs()));
        metadata.put("schedule.coolDown", Integer.toString(schedule.coolDown()));
        metadata.put("schedule.reductions", Integer.toString(schedule.reductions()));
        metadata.put("stopping.best", Double.toString(checkpoint.stopping().best()));
        metadata.put(
                "stopping.badEpochs", Integer.toString(checkpoint.stopping().badEpochs()));
        metadata.put("precision.taken", checkpoint.precision().taken().name());
        metadata.put("precision.reason", checkpoint.precision().reason());
        metadata.put("path.taken", checkpoint.path().taken().name());
        metadata.put("path.reason", checkpoint.path().reason());
        List<Environment> environments = checkpoint.environments();
        metadata.put("environments", Integer.toString(environments.size()));
        for (int i = 0; i < environments.size(); i++) {
            metadata.put(environmentKey(i), ReportJson.write(environments.get(i)));
        }
        LossScale scale = checkpoint.lossScale();
        if (scale != null) {
            metadata.put(LOSS_SCALE, Double.toString(scale.factor()));
            metadata.put("lossScale.goodUpdates", Integer.toString(scale.goodUpdates()));
        }
        checkpoint.history().forEach(summary -> metadata.put(epochKey(summary.epochIndex()), text(summary)));
        new SafetensorsFile(new Weights(tensors), metadata).writeTo(out);
    }

    /**
     * Reads a checkpoint.
     *
     * @throws InvalidSafetensorsException if the bytes are not one
     */
    public static Checkpoint read(ByteBuffer file) {
        SafetensorsFile content = SafetensorsFile.read(file);
        if (!FORMAT.equals(content.metadata().get("format"))) {
            throw new InvalidSafetensorsException("the file is no '" + FORMAT + "'");
        }
        try {
            return checkpoint(content.weights(), new Texts(content.metadata()));
        } catch (IllegalArgumentException e) {
            throw new InvalidSafetensorsException("the checkpoint is damaged: " + e.getMessage(), e);
        }
    }

    private static Checkpoint checkpoint(Weights tensors, Texts texts) {
        List<EpochSummary> history = new ArrayList<>();
        int epochs = texts.integer("epochs");
        for (int epochIndex = 0; epochIndex < epochs; epochIndex++) {
            history.add(summary(history, texts.text(epochKey(epochIndex))));
        }
        List<Environment> environments = new ArrayList<>();
        int places = texts.integer("environments");
        for (int i = 0; i < places; i++) {
            environments.add(ReportJson.read(Environment.class, texts.text(environmentKey(i))));
        }
        Weights weights = under(WEIGHTS, tensors);
        Weights average = under(AVERAGE, tensors);
        Weights evaluated = average.tensors().isEmpty() ? weights : average;
        String backbone = texts.metadata().get(BACKBONE);
        int bestEpochIndex = texts.integer("bestEpochIndex");
        return new Checkpoint(
                new Digest(texts.text("task")),
                backbone == null ? null : new Digest(backbone),
                weights,
                average.tensors().isEmpty() ? null : average,
                optimizerState(under(OPTIMIZER, tensors)),
                new ScheduleState(
                        Long.parseLong(texts.text("schedule.updates")),
                        texts.integer("schedule.epochs"),
                        texts.number("schedule.learningRate"),
                        texts.number("schedule.best"),
                        texts.integer("schedule.badEpochs"),
                        texts.integer("schedule.coolDown"),
                        texts.integer("schedule.reductions")),
                new StoppingState(texts.number("stopping.best"), texts.integer("stopping.badEpochs")),
                bestEpochIndex == epochs - 1 ? evaluated : under(BEST, tensors),
                bestEpochIndex,
                history,
                new PrecisionChoice(Precision.valueOf(texts.text("precision.taken")), texts.text("precision.reason")),
                new PathChoice(TrainingPath.valueOf(texts.text("path.taken")), texts.text("path.reason")),
                environments,
                texts.metadata().containsKey(LOSS_SCALE)
                        ? new LossScale(texts.number(LOSS_SCALE), texts.integer("lossScale.goodUpdates"))
                        : null);
    }

    private static OptimizerState optimizerState(Weights all) {
        SortedMap<String, Weights> memories = new TreeMap<>();
        for (String name : all.tensors().keySet()) {
            int slash = name.indexOf('/');
            if (slash < 0) {
                throw new IllegalArgumentException("the optimizer's '" + name + "' belongs to no set");
            }
            memories.computeIfAbsent(name.substring(0, slash), word -> under(word + "/", all));
        }
        return new OptimizerState(memories);
    }

    private record Texts(Map<String, String> metadata) {
        String text(String key) {
            String text = metadata.get(key);
            if (text == null) {
                throw new IllegalArgumentException("'" + key + "' is missing");
            }
            return text;
        }

        int integer(String key) {
            return Integer.parseInt(text(key));
        }

        double number(String key) {
            return Double.parseDouble(text(key));
        }
    }

    private static void putAll(Map<String, Tensor> tensors, String prefix, Weights weights) {
        weights.tensors().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
    }

    private static Weights under(String prefix, Weights all) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        all.tensors().forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                tensors.put(name.substring(prefix.length()), tensor);
            }
        });
        return new Weights(tensors);
    }

    private static String epochKey(int epochIndex) {
        return String.format(Locale.ROOT, "epoch.%04d", epochIndex);
    }

    private static String environmentKey(int index) {
        return String.format(Locale.ROOT, "environment.%04d", index);
    }

    private static String text(EpochSummary summary) {
        return String.join(
                " ",
                Double.toString(summary.trainLoss()),
                Double.toString(summary.learningRate()),
                Double.toString(summary.seconds()),
                Double.toString(summary.imagesPerSecond()),
                ReportJson.write(summary.validation()));
    }

    private static EpochSummary summary(List<EpochSummary> earlier, String text) {
        int epochIndex = earlier.size();
        String[] parts = text.split(" ", FIGURES);
        if (parts.length != FIGURES) {
            throw new IllegalArgumentException(
                    "epoch " + epochIndex + " has " + parts.length + " figures, not " + FIGURES);
        }
        double trainLoss = Double.parseDouble(parts[0]);
        ValidationFigures validation = ReportJson.read(ValidationFigures.class, parts[FIGURES - 1]);
        return new EpochSummary(
                epochIndex,
                trainLoss,
                validation,
                OverfittingGap.after(earlier, trainLoss, validation.loss()),
                Double.parseDouble(parts[1]),
                Double.parseDouble(parts[2]),
                Double.parseDouble(parts[3]));
    }
}
