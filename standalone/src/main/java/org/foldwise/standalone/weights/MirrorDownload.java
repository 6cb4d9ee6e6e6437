package org.foldwise.standalone.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches a file of which the digest is known. What has come is kept in a file beside the target, from where a next attempt goes on (RFC 9110, section
 * 14, range requests); the target appears whole and with that digest, or not at all.
 */
final class MirrorDownload {
    private static final int ATTEMPTS = 5;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TENTHS = 10;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

    private final HttpClient http;
    private final PrintStream out;
    private final Duration patience;
    private final long maximumBytes;

    /**
     * @param patience for an answer to begin, and for more of it to come
     * @param maximumBytes of a file; of a longer one nothing is kept
     */
    MirrorDownload(PrintStream out, Duration patience, long maximumBytes) {
        this.out = out;
        this.patience = patience;
        this.maximumBytes = maximumBytes;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /**
     * Fetches a file unless it is there already.
     *
     * @param known of its SHA-256
     * @throws CommandFailedException if the mirror does not have it, has another file or too long a one, or breaks off again and
     *     again
     */
    void fetch(URI source, KnownDigest known, Path target)
            throws IOException, InterruptedException, CommandFailedException {
        if (Files.isRegularFile(target) && known.isOf(sha256(target))) {
            out.println("'" + target.getFileName() + "' has been fetched before");
            return;
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        boolean resumed = Files.exists(part);
        complete(source, part);
        if (resumed && !known.isOf(sha256(part))) {
            out.println("what was kept of an earlier attempt does not belong to this file; fetching it anew");
            Files.delete(part);
            complete(source, part);
        }
        String digest = sha256(part);
        if (!known.isOf(digest)) {
            Files.delete(part);
            throw new CommandFailedException(source + " is another file: its SHA-256 is " + digest + " and "
                    + known.shouldBe() + "; nothing was kept");
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void complete(URI source, Path part) throws IOException, InterruptedException, CommandFailedException {
        int fruitless = 0;
        while (true) {
            long before = size(part);
            Attempt attempt = attempt(source, part);
            if (attempt.isComplete()) {
                return;
            }
            // what had come before is no progress when it comes again: it may break off at the same place for ever
            fruitless = attempt.wentOn() && size(part) > before ? 0 : fruitless + 1;
            if (fruitless == ATTEMPTS) {
                String kept = size(part) == 0
                        ? ""
                        : "; " + size(part) + " bytes are kept in " + part + ", the same command goes on from there";
                throw new CommandFailedException("cannot fetch " + source + ": " + attempt.reason() + kept);
            }
            out.println("the connection broke off after " + size(part) + " bytes (" + attempt.reason() + "); going on");
        }
    }

    private static long size(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /**
     * What came of one request.
     *
     * @param wentOn whether what came followed what was there before
     * @param reason why it is not complete
     */
    private record Attempt(boolean isComplete, boolean wentOn, String reason) {}

    private Attempt attempt(URI source, Path part) throws IOException, InterruptedException, CommandFailedException {
        long offset = size(part);
        boolean wentOn = offset == 0;
        try {
            HttpResponse<InputStream> answer = ask(source, offset);
            wentOn |= answer.statusCode() == PARTIAL;
            return new Attempt(take(source, answer, part, offset), wentOn, "it ended early");
        } catch (IOException e) {
            return new Attempt(
                    false,
                    wentOn,
                    Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()));
        }
    }

    private HttpResponse<InputStream> ask(URI source, long offset) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(patience);
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Writes what an answer brings; says whether the file is complete. */
    private boolean take(URI source, HttpResponse<InputStream> answer, Path part, long offset)
            throws IOException, InterruptedException, CommandFailedException {
        try (InputStream body = answer.body()) {
            return switch (answer.statusCode()) {
                case OK -> {
                    long length =
                            answer.headers().firstValueAsLong("Content-Length").orElse(-1);
                    yield copy(body, part, 0, length);
                }
                case PARTIAL -> {
                    Matcher range = CONTENT_RANGE.matcher(
                            answer.headers().firstValue("Content-Range").orElse(""));
                    if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
                        throw new CommandFailedException(source + " answers with another part than was asked for");
                    }
                    yield copy(body, part, offset, range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2)));
                }
                // all of it has come before, or more than there is: its digest tells
                case RANGE_NOT_SATISFIABLE -> true;
                default ->
                    throw new CommandFailedException(source + " answers with HTTP status " + answer.statusCode()
                            + "; see that the mirror has the file under this name");
            };
        }
    }

    /**
     * Writes what comes behind {@code offset}.
     *
     * @param total length of the whole file; negative if nobody has said
     */
    private boolean copy(InputStream body, Path part, long offset, long total)
            throws IOException, InterruptedException, CommandFailedException {
        StandardOpenOption mode = offset > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        if (total > maximumBytes) {
            throw tooLong(part, "has " + total + " bytes");
        }
        long written = offset;
        try (OutputStream file =
                Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int read = read(body, buffer);
            while (read >= 0) {
                file.write(buffer, 0, read);
                report(written, written + read, total);
                written += read;
                read = written > maximumBytes ? -1 : read(body, buffer);
            }
        }
        if (written > maximumBytes) {
            throw tooLong(part, "goes on after " + written + " bytes");
        }
        return total < 0 || written >= total;
    }

    /** What would be kept would be asked to go on from, and never be the file. */
    private CommandFailedException tooLong(Path part, String length) throws IOException {
        Files.deleteIfExists(part);
        return new CommandFailedException(
                "the mirror's file " + length + ", at most " + maximumBytes + " are read; nothing was kept");
    }

    /** Reads some bytes; whoever gives up closes the stream, which ends the read that still waits. */
    private int read(InputStream body, byte[] buffer) throws IOException, InterruptedException {
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try {
                return body.read(buffer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            return read.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("nothing came for " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UncheckedIOException failure
                    ? failure.getCause()
                    : new IOException("reading failed", e.getCause());
        }
    }

    /** A line for each tenth. */
    private void report(long before, long now, long total) {
        if (total > 0 && before * TENTHS / total < now * TENTHS / total) {
            out.println(now * TENTHS / total * TENTHS + " % of " + total + " bytes");
        }
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
