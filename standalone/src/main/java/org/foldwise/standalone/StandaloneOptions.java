package org.foldwise.standalone;

import java.nio.file.Path;

/**
 * What the command line says.
 *
 * @param data the data directory
 * @param port of the API on the loopback interface, 1 to 65535
 */
record StandaloneOptions(Path data, int port) {
    static final int DEFAULT_PORT = 8080;
    static final Path DEFAULT_DATA = Path.of(".foldwise");

    private static final int HIGHEST_PORT = 65535;

    static StandaloneOptions parse(String... arguments) throws StartRefusedException {
        Path data = DEFAULT_DATA;
        int port = DEFAULT_PORT;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new StartRefusedException(arguments[i] + " needs a value");
            }
            switch (arguments[i]) {
                case "--data" -> data = Path.of(arguments[i + 1]);
                case "--port" -> port = port(arguments[i + 1]);
                default -> throw new StartRefusedException("unknown option " + arguments[i]);
            }
        }
        return new StandaloneOptions(data, port);
    }

    private static int port(String text) throws StartRefusedException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new StartRefusedException("--port must be a number from 1 to 65535, was '" + text + "'", e);
        }
        throw new StartRefusedException("--port must be a number from 1 to 65535, was '" + text + "'");
    }
}
