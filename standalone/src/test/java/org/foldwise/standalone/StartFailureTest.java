package org.foldwise.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class StartFailureTest {
    @Test
    void saysWhatIsWrongWithASettingAndNotWithWhatPart() {
        assertThat(StartFailure.reason(new IllegalStateException(
                        "Error creating bean with name 'importSources'",
                        new IllegalStateException(
                                "Constructor threw exception",
                                new IllegalArgumentException("source 'archive' is no directory")))))
                .isEqualTo("source 'archive' is no directory");
        assertThat(StartFailure.reason(new TimeoutException())).isEqualTo("TimeoutException");
    }
}
