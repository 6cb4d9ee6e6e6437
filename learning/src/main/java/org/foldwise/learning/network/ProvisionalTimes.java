package org.foldwise.learning.network;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's processor takes in float32 and in bfloat16, measured when somebody asks for the first time. That bfloat16 gains is
 * believed as long as the process lives: nothing makes a processor look faster than it is. That it does not gain may be other
 * processes' doing, so it is believed for {@link #PAUSE} and measured anew when somebody asks after that.
 */
final class ProvisionalTimes {
    /** A processor that never gains costs each run a second at most, and runs of minutes one in hundreds. */
    static final Duration PAUSE = Duration.ofMinutes(5);

    private final Supplier<PrecisionChoice.Times> probe;
    private final LongSupplier nanoTime;
    private PrecisionChoice.@Nullable Times last;
    private long measured;

    /**
     * Times not measured yet.
     *
     * @param probe measures them
     * @param nanoTime as {@link System#nanoTime}
     */
    ProvisionalTimes(Supplier<PrecisionChoice.Times> probe, LongSupplier nanoTime) {
        this.probe = probe;
        this.nanoTime = nanoTime;
    }

    /** The times to go by now. What the probe throws is thrown on, and asked again at the next call. */
    synchronized PrecisionChoice.Times get() {
        PrecisionChoice.Times known = last;
        if (known == null || (!known.isGain() && nanoTime.getAsLong() - measured >= PAUSE.toNanos())) {
            known = probe.get();
            last = known;
            measured = nanoTime.getAsLong();
        }
        return known;
    }
}
