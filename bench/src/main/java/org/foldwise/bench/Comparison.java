package org.foldwise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is compared and in what. All processes are started and warmed up first; then they measure in turns, round by round, so
 * that whatever else the machine does meets all of them.
 *
 * @param contestants exactly one of them ours
 */
record Comparison(Options options, Unit unit, List<Contestant> contestants) {
    Comparison {
        contestants = List.copyOf(contestants);
        if (contestants.stream().filter(contestant -> !contestant.isPeer()).count() != 1) {
            throw new IllegalArgumentException("one contestant must be ours, of " + contestants);
        }
    }

    /** Runs all rounds. */
    Result run(PrintStream progress) throws IOException {
        List<Participant> participants = new ArrayList<>();
        try {
            for (Contestant contestant : contestants) {
                progress.println("warming up: " + contestant);
                participants.add(Participant.start(contestant));
            }
            List<Participant> able = participants.stream()
                    .filter(participant -> participant.unavailable().isEmpty())
                    .toList();
            for (int round = 1; round <= options.rounds(); round++) {
                StringBuilder line = new StringBuilder("round " + round + ":");
                for (Participant participant : able) {
                    line.append(String.format(
                            java.util.Locale.ROOT,
                            "  %s %.4g",
                            participant.contestant().isPeer()
                                    ? participant.contestant().setting()
                                    : "OURS",
                            participant.measure(unit)));
                }
                progress.println(line);
            }
            for (Participant participant : able) {
                participant.end();
            }
            return new Result(this, participants);
        } finally {
            participants.forEach(Participant::close);
        }
    }

    /** The better of two figures comes first. */
    Comparator<Participant> bestFirst() {
        Comparator<Participant> ascending = Comparator.comparingDouble(Participant::figure);
        return unit.higherIsBetter() ? ascending.reversed() : ascending;
    }
}
