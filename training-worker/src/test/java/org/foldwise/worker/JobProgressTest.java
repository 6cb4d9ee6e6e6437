package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.UncategorizedSQLException;

class JobProgressTest {
    @Test
    void reportsAtMostTwiceASecond() {
        List<String> reports = new ArrayList<>();
        JobProgress progress = new JobProgress((share, message) -> reports.add(share + " " + message));

        for (int i = 0; i < 10; i++) {
            progress.at(i / 10.0, "batch " + i);
        }

        assertThat(reports).containsExactly("0.0 batch 0");
    }

    @Test
    void noWorkEndsBecauseNobodyCouldBeToldHowFarItIs() {
        for (RuntimeException away : List.of(
                new DataAccessResourceFailureException("cut"),
                new UncategorizedSQLException("progress", null, new SQLException("Connection is closed")))) {
            JobProgress progress = new JobProgress((share, message) -> {
                throw away;
            });

            assertThatCode(() -> progress.at(0.5, "epoch 1 of 2")).doesNotThrowAnyException();
        }
    }

    /** Such as that the job has another worker by now. */
    @Test
    void whateverElseIsAnsweredEndsTheWork() {
        RuntimeException fenced = new IllegalStateException("the token no longer counts");
        JobProgress progress = new JobProgress((share, message) -> {
            throw fenced;
        });

        assertThatThrownBy(() -> progress.at(0.5, "epoch 1 of 2")).isSameAs(fenced);
    }
}
