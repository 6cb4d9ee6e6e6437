package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.network.EngineSettings;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;
import org.jspecify.annotations.Nullable;

/** What the comparison asks of this side. */
final class Settings {
    private final Map<String, String> options;

    Settings(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    String variant() {
        return text("--variant");
    }

    /** What the variant computes in. */
    Precision precision() {
        return variant().endsWith("bfloat16") ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    int threads() {
        return number("--threads");
    }

    /** Images a step. */
    int batch() {
        return number("--batch");
    }

    /** Width and height of an image in pixels. */
    int size() {
        return number("--size");
    }

    /** How often the work is done in a measurement. */
    int repetitions() {
        return number("--repetitions");
    }

    /** A folder of image files. */
    Path images() {
        return Path.of(text("--images"));
    }

    /** Where a platform listens, such as {@code http://127.0.0.1:8080}. */
    String server() {
        return text("--server");
    }

    /** The API key that opens {@link #model}. */
    String key() {
        try {
            return Files.readString(Path.of(text("--key-file"))).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of a model of the platform. */
    String model() {
        return text("--model");
    }

    /** Where figures go, if anywhere. */
    @Nullable
    Path json() {
        String file = options.get("--json");
        return file == null ? null : Path.of(file);
    }

    /** A table of image files: {@code file TAB class TAB patient}. */
    Path table() {
        return Path.of(text("--table"));
    }

    TorchEngine engine() {
        return TorchEngine.start(EngineSettings.threads(threads()));
    }

    /** A machine that would compute in another precision takes no part. */
    static void requireTaken(Precision wanted, PrecisionChoice choice) {
        if (choice.taken() != wanted) {
            throw new UnavailableException(choice.reason());
        }
    }

    private int number(String name) {
        return Integer.parseInt(text(name));
    }

    private String text(String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
