package org.foldwise.standalone.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.foldwise.client.model.Backbone;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param action what to do
 * @param subject the file to import or the weight set to fetch; absent for a list
 * @param url of the platform
 * @param keyFile holds an administrator's API key
 * @param downloads where fetched files are put, and what of them has come so far
 * @param name by which plans will ask for imported weights; absent: that of the published set whose file it is
 * @param backbone whose weights they are; absent: the one they fit best
 * @param ignoreUnexpected whether tensors that the backbone does not have are passed over
 * @param mirror address below which published files are; absent: as the platform is configured
 */
record WeightsOptions(
        Action action,
        @Nullable String subject,
        String url,
        Path keyFile,
        Path downloads,
        @Nullable String name,
        @Nullable Backbone backbone,
        boolean ignoreUnexpected,
        @Nullable String mirror) {
    /** What can be done. */
    enum Action {
        LIST,
        IMPORT,
        FETCH
    }

    /** @throws IllegalArgumentException if an option is unknown, lacks its value or is missing */
    static WeightsOptions parse(String... arguments) {
        List<String> words = new ArrayList<>();
        String url = null;
        Path keyFile = null;
        Path downloads = null;
        String name = null;
        Backbone backbone = null;
        boolean ignoreUnexpected = false;
        String mirror = null;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--ignore-unexpected" -> ignoreUnexpected = true;
                case "--url" -> url = value(arguments, ++i);
                case "--key-file" -> keyFile = Path.of(value(arguments, ++i));
                case "--downloads" -> downloads = Path.of(value(arguments, ++i));
                case "--name" -> name = value(arguments, ++i);
                case "--backbone" -> backbone = backbone(value(arguments, ++i));
                case "--mirror" -> mirror = value(arguments, ++i);
                default -> {
                    if (option.startsWith("-")) {
                        throw new IllegalArgumentException("unknown option '" + option + "'");
                    }
                    words.add(option);
                }
            }
        }
        if (url == null || keyFile == null || downloads == null) {
            throw new IllegalArgumentException("--url, --key-file and --downloads are needed");
        }
        Action action = action(words);
        return new WeightsOptions(
                action,
                action == Action.LIST ? null : words.get(1),
                url,
                keyFile,
                downloads,
                name,
                backbone,
                ignoreUnexpected,
                mirror);
    }

    private static Action action(List<String> words) {
        Action action =
                switch (words.isEmpty() ? "" : words.get(0)) {
                    case "list" -> Action.LIST;
                    case "import" -> Action.IMPORT;
                    case "fetch" -> Action.FETCH;
                    default -> throw new IllegalArgumentException("say list, import FILE or fetch NAME");
                };
        int expected = action == Action.LIST ? 1 : 2;
        if (words.size() != expected) {
            throw new IllegalArgumentException(
                    action == Action.LIST
                            ? "list takes nothing more, was given '" + words.get(1) + "'"
                            : words.get(0) + " needs one "
                                    + (action == Action.IMPORT ? "file" : "name of a weight set")
                                    + ", was given " + words.subList(1, words.size()));
        }
        return action;
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }

    private static Backbone backbone(String name) {
        for (Backbone backbone : Backbone.values()) {
            if (backbone.getValue().equals(name)) {
                return backbone;
            }
        }
        throw new IllegalArgumentException("there is no backbone '" + name + "'; there are "
                + String.join(
                        ", ",
                        List.of(Backbone.values()).stream()
                                .map(Backbone::getValue)
                                .toList()));
    }

    /** The file to import or the weight set to fetch. */
    String requireSubject() {
        return Objects.requireNonNull(subject);
    }
}
