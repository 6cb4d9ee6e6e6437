package org.foldwise.standalone.weights;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.foldwise.client.ApiClient;
import org.foldwise.client.ApiException;
import org.foldwise.client.WeightSetsApi;
import org.foldwise.client.model.WeightSet;
import org.foldwise.client.model.WeightSetPage;
import org.foldwise.client.model.WeightSetState;
import org.foldwise.learning.pretrained.PretrainedWeights;
import org.foldwise.standalone.console.ServerProblem;
import org.jspecify.annotations.Nullable;

/**
 * Lists, imports and fetches weights, on a platform that runs.
 *
 * <p>Exit status: 0 when it did what it was asked for, 1 when it could not, 2 for a wrong command line.
 */
public final class WeightsCommand {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int PAGE = 200;
    private static final int SHOWN_DIGITS = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final WeightsOptions options;
    private final PrintStream out;
    private final ApiClient client = new ApiClient();
    private final WeightSetsApi weights;

    WeightsCommand(WeightsOptions options, PrintStream out) throws IOException {
        this.options = options;
        this.out = out;
        String key = Files.readString(options.keyFile()).strip();
        client.updateBaseUri(options.url());
        client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + key));
        // it looks at the client's settings once, when it is made
        weights = new WeightSetsApi(client);
    }

    public static void main(String[] arguments) throws InterruptedException {
        WeightsOptions options;
        try {
            options = WeightsOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("foldwise: " + e.getMessage());
            System.err.println("Try 'foldwise weights --help'.");
            System.exit(WRONG_USAGE);
            return;
        }
        try {
            new WeightsCommand(options, System.out).carryOut();
        } catch (CommandFailedException e) {
            System.err.println("foldwise: " + e.getMessage());
            System.exit(FAILED);
        } catch (IOException e) {
            System.err.println("foldwise: " + e);
            System.exit(FAILED);
        }
    }

    void carryOut() throws IOException, InterruptedException, CommandFailedException {
        try {
            switch (options.action()) {
                case LIST -> list();
                case IMPORT -> importFile(Path.of(options.requireSubject()));
                case FETCH -> fetch(options.requireSubject());
            }
        } catch (ApiException e) {
            throw new CommandFailedException(
                    Objects.requireNonNullElse(ServerProblem.text(client.getObjectMapper(), e), e.toString()));
        }
    }

    private List<WeightSet> all() {
        List<WeightSet> all = new ArrayList<>();
        String token = null;
        do {
            WeightSetPage page = weights.listWeightSets(PAGE, token);
            all.addAll(page.getItems());
            token = page.getNextPageToken();
        } while (token != null);
        return all;
    }

    private void list() {
        List<WeightSet> all = all();
        int width = all.stream().mapToInt(set -> set.getName().length()).max().orElse(0);
        String line = "%-" + width + "s  %-14s  %-11s  %-12s  %s%n";
        out.printf(line, "NAME", "BACKBONE", "STATE", "SHA-256", "FILE");
        for (WeightSet set : all) {
            String known = Objects.requireNonNullElse(
                    set.getDigest() == null ? set.getPublishedDigestPrefix() : set.getDigest(), "");
            String digest = known.substring(0, Math.min(SHOWN_DIGITS, known.length()));
            out.printf(
                    line,
                    set.getName(),
                    set.getBackbone().getValue(),
                    set.getState().getValue(),
                    digest,
                    set.getFileName());
        }
    }

    private void importFile(Path file) throws IOException, CommandFailedException {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailedException("there is no file '" + file + "'");
        }
        WeightSet taken = send(file, name(file));
        out.println("Imported '" + taken.getName() + "' for "
                + taken.getBackbone().getValue() + ", SHA-256 " + taken.getDigest());
        List<String> ignored = taken.getIgnored();
        if (ignored != null && !ignored.isEmpty()) {
            out.println("Passed over " + ignored.size() + " tensors that the backbone does not have: "
                    + String.join(", ", ignored));
        }
        out.println("A plan begins with it by \"pretrained\": {\"weights\": \"" + taken.getName() + "\"}");
    }

    private WeightSet send(Path file, String name) {
        return weights.importWeightSet(
                name,
                file.toFile(),
                soundName(file.getFileName().toString()),
                options.backbone(),
                options.ignoreUnexpected() ? Boolean.TRUE : null,
                null);
    }

    /** A file may be called anything; the platform keeps a plain name. */
    private static @Nullable String soundName(String fileName) {
        return isSound(fileName) ? fileName : null;
    }

    /** Whether it is a name and no way to another folder. */
    private static boolean isSound(String fileName) {
        return fileName.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    }

    /** The name that was given, or that of the known set whose file it is. */
    private String name(Path file) throws IOException, CommandFailedException {
        if (options.name() != null) {
            return options.name();
        }
        String digest = MirrorDownload.sha256(file);
        List<WeightSet> all = all();
        Optional<WeightSet> same = all.stream()
                .filter(set ->
                        set.getPublishedDigestPrefix() != null && digest.startsWith(set.getPublishedDigestPrefix()))
                .findFirst();
        if (same.isPresent()) {
            return same.get().getName();
        }
        String called = file.getFileName().toString();
        Optional<WeightSet> damaged = all.stream()
                .filter(set -> set.getFileName().equals(called) && set.getPublishedDigestPrefix() != null)
                .findFirst();
        throw new CommandFailedException(
                damaged.isPresent()
                        ? "'" + called + "' is not the file of that name that the platform knows: its SHA-256 is "
                                + digest
                                + " and "
                                + known(damaged.get()).shouldBe() + "; fetch it again"
                        : "'" + called + "' is no file that the platform knows, neither published nor described by the"
                                + " operator; give the weights a name of your own with --name");
    }

    private void fetch(String name) throws IOException, InterruptedException, CommandFailedException {
        WeightSet set = all().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandFailedException("there are no weights called '" + name
                        + "'; 'foldwise weights list' shows all that are known"));
        if (set.getState() == WeightSetState.IMPORTED) {
            out.println("'" + name + "' has been imported before, SHA-256 " + set.getDigest());
            return;
        }
        if (set.getPublishedDigestPrefix() == null) {
            throw new CommandFailedException(
                    "'" + name + "' is neither published nor described by the operator, and cannot be fetched");
        }
        if (!isSound(set.getFileName())) {
            throw new CommandFailedException("the platform calls the file of '" + name + "' '" + set.getFileName()
                    + "', which is no plain file name; nothing was fetched");
        }
        Files.createDirectories(options.downloads());
        Path file = options.downloads().resolve(set.getFileName());
        new MirrorDownload(out, PATIENCE, PretrainedWeights.MAXIMUM_FILE_BYTES).fetch(source(set), known(set), file);
        WeightSet taken = send(file, name);
        Files.delete(file);
        out.println("Imported '" + taken.getName() + "', SHA-256 " + taken.getDigest());
    }

    private static KnownDigest known(WeightSet set) {
        return new KnownDigest(Objects.requireNonNull(set.getPublishedDigestPrefix()));
    }

    private static String listing(WeightSet set) {
        return set.getListedIn() == null ? "" : "; " + set.getListedIn() + " lists it as " + set.getName();
    }

    private URI source(WeightSet set) throws CommandFailedException {
        String mirror = options.mirror();
        String source =
                mirror == null ? set.getMirror() : (mirror.endsWith("/") ? mirror : mirror + "/") + set.getFileName();
        if (source == null) {
            throw new CommandFailedException("no mirror is configured. Fetch '" + set.getFileName() + "' ("
                    + "its SHA-256 " + known(set).is() + listing(set) + ") yourself and run: foldwise weights import "
                    + set.getFileName() + "; or name a mirror with --mirror URL, or for the platform by the setting"
                    + " foldwise.weights.mirror");
        }
        try {
            URI uri = URI.create(source);
            if ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException("the mirror '" + source + "' is no address: " + e.getMessage());
        }
        throw new CommandFailedException("the mirror must begin with https:// or http://, was '" + source + "'");
    }
}
