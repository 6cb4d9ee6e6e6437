package org.foldwise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The comparisons there are. */
enum Program {
    /** A step of training, ResNet-18, 128 x 128, batch 16. */
    TRAIN {
        @Override
        List<String> variants() {
            return List.of("float32", "bfloat16", "frozen", "frozen-bfloat16", "frozen-cached");
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) {
            return new Comparison(
                    options,
                    Unit.IMAGES_PER_SECOND,
                    contestants(
                            options,
                            switch (options.variant()) {
                                case "frozen" ->
                                    List.of(
                                            "eager",
                                            "channelsLastFused",
                                            "compiled",
                                            "evaluated",
                                            "evaluatedTraced",
                                            "evaluatedCompiled",
                                            "evaluatedCompiledFreezing");
                                case "frozen-bfloat16" ->
                                    List.of(
                                            "eagerFloat32",
                                            "channelsLastFused",
                                            "evaluated",
                                            "evaluatedConverted",
                                            "evaluatedTraced",
                                            "evaluatedCompiled",
                                            "evaluatedCompiledFreezing");
                                case "frozen-cached" -> List.of("eager", "evaluatedTraced", "cached");
                                default ->
                                    List.of(
                                            "eager",
                                            "foreach",
                                            "channelsLastForeach",
                                            "channelsLastFused",
                                            "compiled",
                                            "channelsLastFused" + Contestant.IN_OUR_ENVIRONMENT);
                            },
                            List.of("--batch", "16", "--size", "128", "--repetitions", "6")));
        }
    },
    /** The network's part of an answer, ResNet-18, 128 x 128. */
    INFERENCE {
        @Override
        List<String> variants() {
            return List.of("batch1", "batch32", "batch1-bfloat16", "batch32-bfloat16");
        }

        @Override
        int batch(String variant) {
            return variant.equals("batch1") || variant.equals("batch1-bfloat16") ? 1 : 32;
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) {
            int batch = batch(options.variant());
            boolean single = batch == 1;
            return new Comparison(
                    options,
                    single ? Unit.MILLISECONDS : Unit.IMAGES_PER_SECOND,
                    contestants(
                            options,
                            options.variant().endsWith("-bfloat16")
                                    ? List.of(
                                            "autocast",
                                            "converted",
                                            "traced",
                                            "compiled",
                                            "onnxruntime",
                                            "compiled" + Contestant.IN_OUR_ENVIRONMENT)
                                    : List.of(
                                            "eager",
                                            "channelsLast",
                                            "traced",
                                            "compiled",
                                            "onnxruntime",
                                            "onnxruntime" + Contestant.IN_OUR_ENVIRONMENT),
                            List.of(
                                    "--batch",
                                    Integer.toString(batch),
                                    "--size",
                                    "128",
                                    "--repetitions",
                                    single ? "100" : "10")));
        }
    },
    /** Batches of 16 from decoded pixels of 128 x 128 in a memory-mapped file, loaded on one thread. */
    PIPELINE {
        @Override
        List<String> variants() {
            return List.of("plain", "rotation");
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) {
            return new Comparison(
                    options,
                    Unit.IMAGES_PER_SECOND,
                    contestants(
                            options,
                            List.of("transforms", "arrays", "worker"),
                            List.of("--batch", "16", "--size", "128", "--repetitions", "5")));
        }
    },
    /** A cross-validation of a frozen ResNet-18, 5 folds of 5 epochs, from image files to the scores of all held-out images. */
    CV {
        /** Images of the variant in which the peer computes its backbone 25 times. */
        private static final int FEW = 300;

        @Override
        List<String> variants() {
            return List.of("cached", "rerun");
        }

        /** One takes a minute. */
        @Override
        int defaultRounds() {
            return 1;
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) throws IOException {
            boolean isCached = options.variant().equals("cached");
            Path data = options.data() == null ? Installation.chestFilms() : options.data();
            Path images = data == null ? scratch.classFolders(FEW) : data;
            return new Comparison(
                    options,
                    Unit.SECONDS,
                    contestants(
                            options,
                            List.of(options.variant()),
                            List.of(
                                    "--table",
                                    scratch.table(images, isCached ? Integer.MAX_VALUE : FEW)
                                            .toString(),
                                    "--batch",
                                    "16",
                                    "--size",
                                    "128",
                                    "--repetitions",
                                    "1")));
        }
    },
    /** Image files become pixels of 128 x 128, on one thread. */
    DECODE {
        @Override
        List<String> variants() {
            return List.of("film", "files");
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) throws IOException {
            return new Comparison(
                    options,
                    Unit.IMAGES_PER_SECOND,
                    contestants(
                            options,
                            List.of("pillow"),
                            List.of(
                                    "--images", images(options, scratch).toString(),
                                    "--size", "128",
                                    "--repetitions", "3")));
        }

        private Path images(Options options, Scratch scratch) throws IOException {
            if (options.variant().equals("film")) {
                return scratch.films(24);
            }
            Path data = options.data();
            if (data == null) {
                throw new IOException("variant 'files' needs --data DIR, a folder with image files");
            }
            return scratch.someFiles(data, 200);
        }
    },
    /**
     * How much of the machine is used: a large 3 x 3 convolution, which is as much as it gives, on both sides; and our steps of
     * training against the peer's convolution of the same precision.
     */
    PEAK {
        @Override
        List<String> variants() {
            return List.of("convolution", "training", "training-bfloat16");
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) {
            return new Comparison(
                    options,
                    Unit.GFLOP_PER_SECOND,
                    contestants(
                            options,
                            List.of("contiguous", "channelsLast"),
                            List.of("--batch", "16", "--size", "128", "--repetitions", "6")));
        }
    },
    /** Films of 1300 pixels become answers: of a platform that runs, and of the same model in a process of its own. */
    SERVE {
        @Override
        List<String> variants() {
            return List.of("throughput", "latency");
        }

        @Override
        Comparison comparison(Options options, Scratch scratch) throws IOException {
            boolean isLatency = options.variant().equals("latency");
            List<String> arguments = new ArrayList<>(Installation.platform());
            arguments.addAll(List.of(
                    "--variant", options.variant(),
                    "--threads", Integer.toString(options.threads()),
                    "--images", scratch.films(24).toString(),
                    "--repetitions", isLatency ? "100" : "3"));
            return new Comparison(
                    options,
                    isLatency ? Unit.MILLISECONDS : Unit.IMAGES_PER_SECOND,
                    List.of(
                            Installation.bare("answer", arguments),
                            Installation.ours(options.program().label(), arguments)));
        }
    },
    /** The parts of our step of training, and of our network's part of an answer; there is no peer. */
    PROFILE {
        @Override
        List<String> variants() {
            List<String> variants = new ArrayList<>(TRAIN.variants());
            variants.addAll(INFERENCE.variants());
            return variants;
        }

        @Override
        int batch(String variant) {
            return INFERENCE.variants().contains(variant) ? INFERENCE.batch(variant) : super.batch(variant);
        }

        /** Steps or answers. */
        @Override
        int defaultRounds() {
            return 20;
        }

        @Override
        boolean hasPeer() {
            return false;
        }
    },
    /** A million images of 100,000 patients with 14 labels are split; no peer does the same. */
    SPLIT {
        @Override
        List<String> variants() {
            return List.of("holdout", "kFold");
        }

        @Override
        boolean hasPeer() {
            return false;
        }
    };

    static Program named(String name) {
        return Arrays.stream(values())
                .filter(program -> program.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no program '" + name + "'"));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The first is the one that is run where none is named. */
    abstract List<String> variants();

    /** Rounds where nobody says how many. */
    int defaultRounds() {
        return 5;
    }

    /** Images that a step or an answer takes. */
    int batch(String variant) {
        return 16;
    }

    /** Whether there is somebody to compare with. */
    boolean hasPeer() {
        return true;
    }

    /** What is to be run, where there is a peer. */
    Comparison comparison(Options options, Scratch scratch) throws IOException {
        throw new IllegalArgumentException(label() + " compares nothing");
    }

    final List<Contestant> contestants(Options options, List<String> peerSettings, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--variant", options.variant(), "--threads", Integer.toString(options.threads())));
        List<String> wanted = options.settings().isEmpty() ? peerSettings : options.settings();
        if (!peerSettings.containsAll(wanted)) {
            throw new IllegalArgumentException(
                    "--settings must be of " + String.join(",", peerSettings) + ", were " + String.join(",", wanted));
        }
        List<Contestant> contestants = new ArrayList<>();
        wanted.forEach(setting -> contestants.add(Installation.peer(label(), setting, all)));
        contestants.add(Installation.ours(label(), all));
        return contestants;
    }
}
