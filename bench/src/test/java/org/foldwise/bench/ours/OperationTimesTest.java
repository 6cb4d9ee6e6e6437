package org.foldwise.bench.ours;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperationTimesTest {
    private static String event(String name, int thread, double begin, double length) {
        return "{\"ph\":\"X\",\"name\":\"" + name + "\",\"tid\":" + thread + ",\"ts\":" + begin + ",\"dur\":" + length
                + "}";
    }

    /** A convolution of 10 that calls a clone of 3 which allocates for 1; a second of 4 begins where it ends. */
    private static final String EVENTS = "["
            + String.join(
                    ",",
                    event("aten::conv2d", 1, 0, 10),
                    event("aten::empty", 1, 3, 1),
                    event("aten::clone", 1, 2, 3),
                    event("aten::conv2d", 1, 10, 4),
                    event("aten::native_batch_norm_backward", 2, 1, 5),
                    event("aten::_fused_adam_", 1, 20, 1.5),
                    "{\"ph\":\"M\",\"name\":\"process_name\"}")
            + "]";

    @Test
    void countsWhatAnOperationTookWithoutWhatItCalled() {
        assertThat(OperationTimes.of(EVENTS).byPart())
                .containsExactly(
                        org.assertj.core.api.Assertions.entry("convolution, forward", 11.0),
                        org.assertj.core.api.Assertions.entry("batch normalisation, backward", 5.0),
                        org.assertj.core.api.Assertions.entry("copies, casts and layout", 2.0),
                        org.assertj.core.api.Assertions.entry("optimizer", 1.5),
                        org.assertj.core.api.Assertions.entry("zeros and allocation", 1.0));
    }

    @Test
    void readsEventsInsideAnObject() {
        OperationTimes times = OperationTimes.of("{\"traceEvents\":" + EVENTS + "}");
        assertThat(times.largest(2)).containsEntry("aten::conv2d", 11e-3 / 2).hasSize(5);
        assertThat(times.byPart()).isEqualTo(OperationTimes.of(EVENTS).byPart());
    }
}
