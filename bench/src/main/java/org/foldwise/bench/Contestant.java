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
    /**
     * What a setting's name ends with where the peer has the environment variables of our workers as well, which nobody sets for it who
     * does not know of them.
     */
    static final String IN_OUR_ENVIRONMENT = "InOurEnvironment";

    Contestant {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Whether it is the peer as people run it, in that setting. */
    boolean isOrdinaryPeer() {
        return isPeer && !setting.endsWith(IN_OUR_ENVIRONMENT);
    }

    @Override
    public String toString() {
        return (isPeer ? "peer, " : "ours, ") + setting;
    }
}
