package org.foldwise.bench;

import java.util.List;
import java.util.Map;

/**
 * One side of a comparison in one setting.
 *
 * @param setting what tells it from the others, such as {@code channelsLastFused}
 * @param isPeer whether it is the peer's
 * @param command starts its process
 * @param environment added to what the process inherits
 */
record Contestant(String setting, boolean isPeer, List<String> command, Map<String, String> environment) {
    Contestant {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return (isPeer ? "peer, " : "ours, ") + setting;
    }
}
