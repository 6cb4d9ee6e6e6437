package org.foldwise.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.hibernate.HibernateException;
import org.hibernate.TransactionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.orm.jpa.JpaSystemException;
import org.springframework.transaction.CannotCreateTransactionException;

class RetryPolicyTest {
    private final RetryPolicy policy = new RetryPolicy(5, Duration.ofSeconds(5), Duration.ofSeconds(30));

    @Test
    void doublesTheDelayUpToTheLongest() {
        assertThat(Stream.of(1, 2, 3, 4, 5, 1000).map(policy::delayAfter))
                .extracting(Duration::toSeconds)
                .containsExactly(5L, 10L, 20L, 30L, 30L, 30L);
    }

    @Test
    void refusesToAttemptNothing() {
        assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<Throwable> worthAnotherAttempt() {
        return Stream.of(
                new InfrastructureException("store", new IOException()),
                new UncheckedIOException(new IOException("disk full")),
                new CannotGetJdbcConnectionException("away", new SQLException()),
                new DataAccessResourceFailureException("cut"),
                new CannotAcquireLockException("deadlock"),
                new CannotCreateTransactionException("away"),
                new JpaSystemException(new TransactionException(
                        "Unable to rollback against JDBC Connection", new SQLException("Connection is closed"))),
                new UncategorizedSQLException("progress", null, new SQLException("Connection is closed")),
                new JpaSystemException(new HibernateException(
                        "could not execute", new SQLException("terminating connection", "57P01"))),
                new IllegalStateException("wrapped", new DataAccessResourceFailureException("cut")));
    }

    @ParameterizedTest
    @MethodSource
    void worthAnotherAttempt(Throwable failure) {
        assertThat(RetryPolicy.isInfrastructure(failure)).isTrue();
    }

    static Stream<Throwable> finalAtOnce() {
        return Stream.of(
                new IllegalStateException("loss was NaN"),
                new DataIntegrityViolationException("null in column", new SQLException("null in column", "23502")),
                new UncategorizedSQLException("progress", null, new SQLException("no such thing")),
                new OutOfMemoryError("of the device"));
    }

    @ParameterizedTest
    @MethodSource
    void finalAtOnce(Throwable failure) {
        assertThat(RetryPolicy.isInfrastructure(failure)).isFalse();
    }
}
