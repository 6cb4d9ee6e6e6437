package org.foldwise.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A contestant's process, spoken to by lines: it measures on command and rests otherwise. */
final class Participant implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long SECONDS_TO_END = 30;

    private final Contestant contestant;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final List<Double> medians = new ArrayList<>();
    private final SortedMap<String, String> versions = new TreeMap<>();
    private String unavailable = "";
    private double peakMemoryMiB;

    private Participant(Contestant contestant, Process process) {
        this.contestant = contestant;
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts the process and waits until it is warm. What it writes to its standard error is shown. */
    static Participant start(Contestant contestant) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(contestant.command()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(contestant.environment());
        Participant participant = new Participant(contestant, builder.start());
        try {
            participant.awaitReady();
        } catch (IOException | RuntimeException e) {
            participant.close();
            throw e;
        }
        return participant;
    }

    private void awaitReady() throws IOException {
        JsonNode answer = answer();
        if (answer.has("unavailable")) {
            unavailable = answer.get("unavailable").asString();
        }
        answer.path("versions").forEachEntry((name, version) -> versions.put(name, version.asString()));
    }

    /** One round: the figure of its middle repetition. */
    double measure(Unit unit) throws IOException {
        commands.println("measure");
        JsonNode answer = answer();
        double units = answer.required("units").asDouble();
        List<Double> figures = new ArrayList<>();
        answer.required("seconds").forEach(seconds -> figures.add(unit.figure(seconds.asDouble(), units)));
        double median = median(figures);
        medians.add(median);
        return median;
    }

    /** The process says what it has used and ends. */
    void end() throws IOException {
        commands.println("end");
        peakMemoryMiB = answer().required("peakMemoryMiB").asDouble();
    }

    private JsonNode answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(contestant + ": its process ended without an answer");
        }
        return JSON.readTree(line);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    Contestant contestant() {
        return contestant;
    }

    /** Why it cannot take part; empty where it can. */
    String unavailable() {
        return unavailable;
    }

    /** Of the rounds, in their order. */
    List<Double> medians() {
        return Collections.unmodifiableList(medians);
    }

    /** The median of the rounds' medians. */
    double figure() {
        return median(medians);
    }

    SortedMap<String, String> versions() {
        return Collections.unmodifiableSortedMap(versions);
    }

    double peakMemoryMiB() {
        return peakMemoryMiB;
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
