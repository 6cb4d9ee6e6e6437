package org.foldwise.learning.network;

import java.util.Locale;
import java.util.function.Supplier;
import org.foldwise.learning.experiment.Precision;

/**
 * What a training, or a model's answers, are computed in, and why. A plan that asks for float32 gets it. One that asks for bfloat16
 * gets it on a GPU, and on a CPU where that is faster: processors without instructions for it only imitate it. One that asks for
 * float16 gets it on a GPU and nowhere else.
 *
 * @param taken what is computed in
 * @param reason in words, for the record
 */
public record PrecisionChoice(Precision taken, String reason) {
    /** Less is not worth the bits. */
    private static final double LEAST_GAIN = 1.1;

    private static final String AS_PLANNED = "as planned";
    private static final String AS_BEFORE = "as an earlier training of the experiment, where ";

    /**
     * Seconds that the same work took.
     *
     * @param float32 in float32, above 0
     * @param bfloat16 in bfloat16, above 0
     */
    public record Times(double float32, double bfloat16) {
        public Times {
            if (!(float32 > 0 && bfloat16 > 0)) {
                throw new IllegalArgumentException(
                        "times must be above 0, were " + float32 + " and " + bfloat16 + " seconds");
            }
        }

        /** How many times as fast bfloat16 is. */
        double gain() {
            return float32 / bfloat16;
        }

        /** Whether that is worth the bits. */
        boolean isGain() {
            return gain() >= LEAST_GAIN;
        }
    }

    /** Whether the plan had asked for something else. */
    public boolean isFallBack() {
        return taken == Precision.FLOAT32 && !reason.equals(AS_PLANNED);
    }

    /** The same choice for a later training, which is to be compared with this one's and is therefore computed alike. */
    public PrecisionChoice forLater() {
        return reason.startsWith(AS_BEFORE) ? this : new PrecisionChoice(taken, AS_BEFORE + reason);
    }

    /**
     * The choice for a plan.
     *
     * @param device where the model is trained
     * @param times asked only where they decide; an exception means that bfloat16 cannot be computed
     */
    static PrecisionChoice of(Precision planned, ComputeDevice device, Supplier<Times> times) {
        return switch (planned) {
            case FLOAT32 -> new PrecisionChoice(Precision.FLOAT32, AS_PLANNED);
            case FLOAT16 ->
                device.isCpu()
                        ? new PrecisionChoice(Precision.FLOAT32, "float16 is for GPUs, this is a processor")
                        : new PrecisionChoice(Precision.FLOAT16, AS_PLANNED);
            case BFLOAT16 -> device.isCpu() ? byTimes(times) : new PrecisionChoice(Precision.BFLOAT16, AS_PLANNED);
        };
    }

    private static PrecisionChoice byTimes(Supplier<Times> times) {
        Times measured;
        try {
            measured = times.get();
        } catch (RuntimeException e) {
            return new PrecisionChoice(Precision.FLOAT32, "the engine cannot compute in bfloat16 here");
        }
        String speed = String.format(
                Locale.ROOT, "bfloat16 is %.2f times as fast as float32 on this processor", measured.gain());
        return measured.isGain()
                ? new PrecisionChoice(Precision.BFLOAT16, speed)
                : new PrecisionChoice(Precision.FLOAT32, speed + ", " + LEAST_GAIN + " times are asked for");
    }
}
