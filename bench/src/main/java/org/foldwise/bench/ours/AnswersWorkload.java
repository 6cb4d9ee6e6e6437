package org.foldwise.bench.ours;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.network.EngineSettings;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.prediction.Classifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Image files become a model's answers: over HTTP from a platform that runs, which twice as many ask as it computes at once, or from
 * the same bundle in this process, each answer on one thread of the engine in both.
 */
final class AnswersWorkload implements Workload {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double NANOSECONDS_PER_SECOND = 1e9;
    private static final int OK = 200;

    /** Answers of one repetition where throughput is measured, for each caller. */
    private static final int ANSWERS_A_CALLER = 50;

    private final Answerer answerer;
    private final List<byte[]> files;
    private final int repetitions;
    private final int callers;
    private final boolean single;
    private final ExecutorService threads;

    /** What answers an image file. Called by several threads at once. */
    private interface Answerer extends AutoCloseable {
        void answer(byte[] file);

        Map<String, String> versions();

        @Override
        void close();
    }

    /** Callers for each thread of the platform: while an answer is stored and sent, the next image has come already. */
    private static final int CALLERS_A_THREAD = 2;

    private AnswersWorkload(Answerer answerer, List<byte[]> files, Settings settings, int callers) {
        this.answerer = answerer;
        this.files = List.copyOf(files);
        this.repetitions = settings.repetitions();
        this.single = isLatency(settings);
        this.callers = callers;
        this.threads = Executors.newFixedThreadPool(callers);
    }

    /** The platform's answers. */
    static AnswersWorkload served(Settings settings) {
        return new AnswersWorkload(
                Served.by(settings), files(settings.images()), settings, callers(settings, CALLERS_A_THREAD));
    }

    /** The same model's answers without the platform. */
    static AnswersWorkload bare(Settings settings) {
        return new AnswersWorkload(
                Bare.of(Served.by(settings)), files(settings.images()), settings, callers(settings, 1));
    }

    private static int callers(Settings settings, int aThread) {
        return isLatency(settings) ? 1 : settings.threads() * aThread;
    }

    private static boolean isLatency(Settings settings) {
        return settings.variant().equals("latency");
    }

    private static List<byte[]> files(Path directory) {
        try (Stream<Path> names = Files.list(directory)) {
            List<byte[]> files = new ArrayList<>();
            for (Path name : names.sorted().toList()) {
                files.add(Files.readAllBytes(name));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The platform's Java compiles while it answers; after some thousand answers it answers as a platform that has run for a while. */
    @Override
    public int warmUps() {
        return single ? 60 : 20;
    }

    @Override
    public Measured measure() {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            long started = System.nanoTime();
            if (single) {
                answerer.answer(files.get(i % files.size()));
            } else {
                manyAtOnce();
            }
            seconds.add((System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
        }
        return new Measured(seconds, single ? 1 : (double) callers * ANSWERS_A_CALLER);
    }

    private void manyAtOnce() {
        CountDownLatch allThere = new CountDownLatch(callers);
        List<Future<?>> calls = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            int first = caller;
            calls.add(threads.submit(() -> {
                allThere.countDown();
                allThere.await();
                for (int i = 0; i < ANSWERS_A_CALLER; i++) {
                    answerer.answer(files.get((first + callers * i) % files.size()));
                }
                return null;
            }));
        }
        for (Future<?> call : calls) {
            try {
                call.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("an answer failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    @Override
    public Map<String, String> versions() {
        return answerer.versions();
    }

    @Override
    public void close() {
        threads.shutdown();
        answerer.close();
    }

    /** A platform, asked over connections that stay open. */
    private record Served(HttpClient http, String server, String key, String model, int version) implements Answerer {
        /** Asks for one answer first, which says which version of the model answers. */
        static Served by(Settings settings) {
            HttpClient http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
            Served asking = new Served(http, settings.server(), settings.key(), settings.model(), 0);
            JsonNode answer = JSON.readTree(
                    asking.send(asking.question(files(settings.images()).get(0))));
            return new Served(
                    http,
                    asking.server,
                    asking.key,
                    asking.model,
                    answer.required("version").asInt());
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(server + path))
                    .timeout(Duration.ofMinutes(2))
                    .header("Authorization", "Bearer " + key);
        }

        private HttpRequest question(byte[] file) {
            return request("/predict?model=" + model)
                    .header("Content-Type", "image/jpeg")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                    .build();
        }

        private byte[] send(HttpRequest request) {
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() != OK) {
                    throw new IllegalStateException(request.uri() + " was answered by " + response.statusCode());
                }
                return response.body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        byte[] bundle() {
            return send(request("/api/v1/models/" + model + "/versions/" + version + "/bundle")
                    .GET()
                    .build());
        }

        @Override
        public void answer(byte[] file) {
            send(question(file));
        }

        @Override
        public Map<String, String> versions() {
            return Map.of("model", model + ":" + version);
        }

        @Override
        public void close() {
            // its connections are closed with the process
        }
    }

    /** The classifier that the platform has, alone. */
    private record Bare(TorchEngine engine, Classifier classifier, String model) implements Answerer {
        static Bare of(Served platform) {
            // what the platform has per answer, if nobody says otherwise
            TorchEngine engine = TorchEngine.start(EngineSettings.threads(1));
            try {
                return new Bare(
                        engine,
                        Classifier.open(
                                engine,
                                BundleReader.read(new ByteArrayInputStream(platform.bundle())),
                                new ImageDecoder(ImageLimits.DEFAULT)),
                        platform.model() + ":" + platform.version());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void answer(byte[] file) {
            classifier.predict(file);
        }

        @Override
        public Map<String, String> versions() {
            Map<String, String> versions = new TreeMap<>(engine.libraries());
            versions.put("model", model);
            return versions;
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
