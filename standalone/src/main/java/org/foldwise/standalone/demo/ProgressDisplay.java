package org.foldwise.standalone.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how far something is: one line that is drawn over again on a terminal, a line for every quarter elsewhere, so that a log
 * stays readable.
 */
final class ProgressDisplay {
    private static final int WIDTH = 28;
    private static final int STEPS = 4;

    private final PrintStream out;
    private final boolean terminal;
    private final String what;
    private int lastStep = -1;
    private int lastLength;

    ProgressDisplay(PrintStream out, boolean terminal, String what) {
        this.out = out;
        this.terminal = terminal;
        this.what = what;
    }

    /**
     * Shows the present state.
     *
     * @param progress in [0, 1]
     * @param detail such as the epoch
     */
    void show(double progress, String detail) {
        if (terminal) {
            draw(progress, detail);
            return;
        }
        int step = (int) (progress * STEPS);
        if (step > lastStep) {
            lastStep = step;
            out.println(line(progress, detail));
        }
    }

    /** Ends the display with what came out. */
    void done(String result) {
        if (terminal) {
            draw(1, result);
            out.println();
        } else {
            out.println("  " + what + ": " + result);
        }
        out.flush();
    }

    private void draw(double progress, String detail) {
        String line = line(progress, detail);
        out.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
        out.flush();
        lastLength = line.length();
    }

    private String line(double progress, String detail) {
        int filled = (int) Math.round(Math.min(1, Math.max(0, progress)) * WIDTH);
        return String.format(
                Locale.ROOT,
                "  %-18s [%s%s] %3d %%  %s",
                what,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                Math.round(progress * 100),
                detail);
    }
}
