package org.foldwise.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What came out of a comparison. Ratios say how many times better ours is; above 1 is in our favour. */
final class Result {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Comparison comparison;
    private final List<Participant> participants;
    private final Participant ours;
    private final List<Participant> peers;
    private final List<Participant> inOurEnvironment;

    /** Of processes that have ended; the peers' best setting stands for the peer, of those in which people run it. */
    Result(Comparison comparison, List<Participant> participants) {
        this.comparison = comparison;
        this.participants = List.copyOf(participants);
        List<Participant> able = participants.stream()
                .filter(participant -> participant.unavailable().isEmpty())
                .toList();
        this.ours = participants.stream()
                .filter(participant -> !participant.contestant().isPeer())
                .findFirst()
                .orElseThrow();
        List<Participant> best = able.stream()
                .filter(participant -> participant.contestant().isPeer())
                .sorted(comparison.bestFirst())
                .toList();
        this.peers = best.stream()
                .filter(participant -> participant.contestant().isOrdinaryPeer())
                .toList();
        this.inOurEnvironment = best.stream()
                .filter(participant -> !participant.contestant().isOrdinaryPeer())
                .toList();
    }

    /** Whether both sides have figures. */
    boolean isComplete() {
        return ours.unavailable().isEmpty() && !peers.isEmpty();
    }

    void print(PrintStream out) {
        Unit unit = comparison.unit();
        Options options = comparison.options();
        out.printf(
                "%s, %s, %d threads, %d rounds; %s, %s is better; ratio: how many times better ours is%n",
                options.program().label(),
                options.variant(),
                options.threads(),
                options.rounds(),
                unit.symbol(),
                unit.higherIsBetter() ? "higher" : "lower");
        out.printf("  %-42s %10s %8s %10s  %s%n", "", unit.symbol(), "ratio", "peak MiB", "rounds");
        for (Participant participant : participants) {
            if (!participant.unavailable().isEmpty()) {
                out.printf("  %-42s not available: %s%n", participant.contestant(), participant.unavailable());
                continue;
            }
            out.printf(
                    Locale.ROOT,
                    "  %-42s %10.4g %8s %10.0f  %s%n",
                    participant.contestant(),
                    participant.figure(),
                    participant.contestant().isPeer() && ours.unavailable().isEmpty()
                            ? String.format(Locale.ROOT, "%.2f", unit.ratio(ours.figure(), participant.figure()))
                            : "",
                    participant.peakMemoryMiB(),
                    rounds(participant));
        }
        if (isComplete()) {
            out.printf(
                    Locale.ROOT,
                    "  ours against the peer's best setting, %s: %.2f%n",
                    peers.get(0).contestant().setting(),
                    unit.ratio(ours.figure(), peers.get(0).figure()));
        }
        if (ours.unavailable().isEmpty() && !inOurEnvironment.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "  ours against the peer with the environment variables of our workers, %s: %.2f%n",
                    inOurEnvironment.get(0).contestant().setting(),
                    unit.ratio(ours.figure(), inOurEnvironment.get(0).figure()));
        }
    }

    private static String rounds(Participant participant) {
        return String.join(
                " ",
                participant.medians().stream()
                        .map(median -> String.format(Locale.ROOT, "%.4g", median))
                        .toList());
    }

    /** The figures for a program; the peer is its best setting. */
    String json() {
        Unit unit = comparison.unit();
        Options options = comparison.options();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("program", options.program().label());
        figures.put("variant", options.variant());
        if (isComplete()) {
            figures.put("peer", peers.get(0).figure());
            figures.put("ours", ours.figure());
            figures.put("ratio", unit.ratio(ours.figure(), peers.get(0).figure()));
            figures.put("peerSetting", peers.get(0).contestant().setting());
        }
        if (ours.unavailable().isEmpty() && !inOurEnvironment.isEmpty()) {
            figures.put(
                    "ratioInOurEnvironment",
                    unit.ratio(ours.figure(), inOurEnvironment.get(0).figure()));
        }
        figures.put("unit", unit.symbol());
        figures.put("higherIsBetter", unit.higherIsBetter());
        figures.put("threads", options.threads());
        figures.put("rounds", options.rounds());
        List<Map<String, Object>> contestants = new ArrayList<>();
        participants.forEach(participant -> contestants.add(figures(participant)));
        figures.put("contestants", contestants);
        return JSON.writeValueAsString(figures);
    }

    private Map<String, Object> figures(Participant participant) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("side", participant.contestant().isPeer() ? "peer" : "ours");
        figures.put("setting", participant.contestant().setting());
        if (!participant.unavailable().isEmpty()) {
            figures.put("unavailable", participant.unavailable());
            return figures;
        }
        figures.put("figure", participant.figure());
        if (participant.contestant().isPeer() && ours.unavailable().isEmpty()) {
            figures.put("ratio", comparison.unit().ratio(ours.figure(), participant.figure()));
        }
        figures.put("medians", participant.medians());
        figures.put("peakMemoryMiB", participant.peakMemoryMiB());
        figures.put("versions", participant.versions());
        return figures;
    }
}
