package org.foldwise.standalone.weights;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of one file with bad habits, on a real socket. Answers one request per connection. */
public final class Mirror implements AutoCloseable {
    /** How the server answers. */
    public enum Habit {
        HONEST,
        /** Says that the rest is what was asked for, and begins at its beginning. */
        WRONG_PART,
        IGNORES_RANGES,
        /** Ignores ranges, and is cut a little later each time. */
        BEGINS_AGAIN_AND_SENDS_MORE,
        /** Leaves out how long the file and its parts are. */
        SAYS_NO_LENGTH,
        /** Sends the first answer's beginning and then nothing more, without hanging up. */
        FALLS_SILENT,
        HAS_NO_SUCH_FILE
    }

    private static final int MORE = 70_000;

    private final ServerSocket socket;
    private final byte[] content;
    private final Habit habit;
    private final int cutAfter;
    private final List<String> ranges = new CopyOnWriteArrayList<>();

    /** @param cutAfter how many bytes of a body are sent before the connection is cut; 0: all */
    public Mirror(byte[] content, Habit habit, int cutAfter) throws IOException {
        this.content = content.clone();
        this.habit = habit;
        this.cutAfter = cutAfter;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "mirror");
        thread.setDaemon(true);
        thread.start();
    }

    public URI uri(String file) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/weights/" + file);
    }

    /** What every request asked for: {@code all} or the header's value. */
    public List<String> ranges() {
        return List.copyOf(ranges);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                answer(connection);
            } catch (SocketException e) {
                return; // closed, or the client went away
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(Socket connection) throws IOException {
        BufferedReader request =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        String range = "all";
        for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            if (line.regionMatches(true, 0, "Range: ", 0, 7)) {
                range = line.substring(7);
            }
        }
        ranges.add(range);
        OutputStream out = connection.getOutputStream();
        if (habit == Habit.HAS_NO_SUCH_FILE) {
            send(out, "404 Not Found", "", new byte[0], 0);
            return;
        }
        boolean partial =
                !range.equals("all") && habit != Habit.IGNORES_RANGES && habit != Habit.BEGINS_AGAIN_AND_SENDS_MORE;
        int from = partial ? Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")) : 0;
        if (from >= content.length) {
            send(out, "416 Range Not Satisfiable", "", new byte[0], 0);
            return;
        }
        int said = habit == Habit.WRONG_PART ? 0 : from;
        String whole = habit == Habit.SAYS_NO_LENGTH ? "*" : Integer.toString(content.length);
        String header = "Content-Range: bytes " + said + "-" + (content.length - 1) + "/" + whole + "\r\n";
        send(out, partial ? "206 Partial Content" : "200 OK", partial ? header : "", content, from);
        if (habit == Habit.FALLS_SILENT && ranges.size() == 1) {
            // until the client hangs up
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    private void send(OutputStream out, String status, String header, byte[] body, int from) throws IOException {
        int length = body.length - from;
        String declared = habit == Habit.SAYS_NO_LENGTH ? "" : "Content-Length: " + length + "\r\n";
        out.write(("HTTP/1.1 " + status + "\r\n" + header + declared + "Connection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        int more = habit == Habit.BEGINS_AGAIN_AND_SENDS_MORE ? ranges.size() * MORE : 0;
        out.write(body, from, cutAfter == 0 || isOver() ? length : Math.min(length, cutAfter + more));
        out.flush();
    }

    /** Whether the time of falling silent has passed. */
    private boolean isOver() {
        return habit == Habit.FALLS_SILENT && ranges.size() > 1;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
