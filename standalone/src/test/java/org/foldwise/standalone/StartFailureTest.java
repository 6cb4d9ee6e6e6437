package org.foldwise.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;

class StartFailureTest {
    @Test
    void saysWhatIsWrongWithASettingAndNotWithWhatPart() {
        assertThat(StartFailure.reason(new BeanCreationException(
                        "sources",
                        "Constructor threw exception",
                        new IllegalArgumentException(
                                "foldwise.upload.sources: that of 'bad': must be a directory",
                                new IllegalArgumentException("must be a directory")))))
                .isEqualTo("foldwise.upload.sources: that of 'bad': must be a directory");
    }

    @Test
    void saysWhatThatCameOf() {
        assertThat(StartFailure.reason(
                        new IllegalStateException("the database cannot be kept", new IOException("no space left"))))
                .isEqualTo("the database cannot be kept: no space left");
        assertThat(StartFailure.reason(new TimeoutException())).isEqualTo("TimeoutException");
    }
}
