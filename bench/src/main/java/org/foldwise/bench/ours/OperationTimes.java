package org.foldwise.bench.ours;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How long libtorch's operations took, by their names, without the operations that they called. */
final class OperationTimes {
    private static final int LARGEST = 15;

    /** Parts of names, and the part of a step that such an operation belongs to; the first that fits counts. */
    private static final List<Map.Entry<String, String>> PARTS = List.of(
            Map.entry("convolution_backward", "convolution, backward"),
            Map.entry("conv", "convolution, forward"),
            Map.entry("batch_norm_backward", "batch normalisation, backward"),
            Map.entry("batch_norm", "batch normalisation, forward"),
            Map.entry("adam", "optimizer"),
            Map.entry("foreach", "optimizer"),
            Map.entry("pool", "pooling"),
            Map.entry("mm", "linear layers"),
            Map.entry("linear", "linear layers"),
            Map.entry("copy_", "copies, casts and layout"),
            Map.entry("clone", "copies, casts and layout"),
            Map.entry("contiguous", "copies, casts and layout"),
            Map.entry("::to", "copies, casts and layout"),
            Map.entry("zero", "zeros and allocation"),
            Map.entry("fill", "zeros and allocation"),
            Map.entry("empty", "zeros and allocation"),
            Map.entry("resize", "zeros and allocation"),
            Map.entry("autograd::engine", "autograd's own work"),
            Map.entry("Backward", "autograd's own work"),
            Map.entry("AccumulateGrad", "autograd's own work"),
            Map.entry("", "element by element and the rest"));

    private final Map<String, Double> microseconds;

    /** An operation from begin to end in microseconds; {@code inner} is what operations inside it took. */
    private static final class Operation {
        private final String name;
        private final double begin;
        private final double end;
        private double inner;

        Operation(String name, double begin, double length) {
            this.name = name;
            this.begin = begin;
            this.end = begin + length;
        }

        double begin() {
            return begin;
        }

        double end() {
            return end;
        }
    }

    private OperationTimes(Map<String, Double> microseconds) {
        this.microseconds = microseconds;
    }

    /** The operations of a trace: a list of events, or an object that holds one. */
    static OperationTimes read(Path trace) throws IOException {
        return of(Files.readString(trace));
    }

    static OperationTimes of(String trace) {
        JsonNode root = JsonMapper.builder().build().readTree(trace);
        JsonNode events = root.isArray() ? root : root.path("traceEvents");
        Map<String, List<Operation>> byThread = new HashMap<>();
        for (JsonNode event : events) {
            if (event.path("ph").asString("").equals("X")) {
                byThread.computeIfAbsent(event.path("tid").toString(), absent -> new ArrayList<>())
                        .add(new Operation(
                                event.required("name").asString(),
                                event.required("ts").asDouble(),
                                event.required("dur").asDouble()));
            }
        }
        Map<String, Double> microseconds = new HashMap<>();
        byThread.values().forEach(operations -> addOwnTimes(operations, microseconds));
        return new OperationTimes(microseconds);
    }

    private static void addOwnTimes(List<Operation> operations, Map<String, Double> microseconds) {
        operations.sort(Comparator.comparingDouble(Operation::begin)
                .thenComparing(Comparator.comparingDouble(Operation::end).reversed()));
        Deque<Operation> open = new ArrayDeque<>();
        for (Operation operation : operations) {
            while (!open.isEmpty() && open.peek().end() <= operation.begin()) {
                open.pop();
            }
            if (!open.isEmpty()) {
                open.peek().inner += operation.end() - operation.begin();
            }
            open.push(operation);
        }
        for (Operation operation : operations) {
            microseconds.merge(operation.name, operation.end() - operation.begin() - operation.inner, Double::sum);
        }
    }

    /** Microseconds of each part, largest first. */
    Map<String, Double> byPart() {
        Map<String, Double> parts = new HashMap<>();
        microseconds.forEach((name, time) -> parts.merge(partOf(name), time, Double::sum));
        return descending(parts, Integer.MAX_VALUE, 1);
    }

    /** Milliseconds a step of the names that took most. */
    Map<String, Double> largest(int steps) {
        return descending(microseconds, LARGEST, 1e-3 / steps);
    }

    private static String partOf(String name) {
        return PARTS.stream()
                .filter(part -> name.contains(part.getKey()))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static Map<String, Double> descending(Map<String, Double> times, int most, double factor) {
        Map<String, Double> sorted = new LinkedHashMap<>();
        times.entrySet().stream()
                .sorted(Collections.reverseOrder(Map.Entry.comparingByValue()))
                .limit(most)
                .forEach(entry -> sorted.put(entry.getKey(), factor * entry.getValue()));
        return sorted;
    }
}
