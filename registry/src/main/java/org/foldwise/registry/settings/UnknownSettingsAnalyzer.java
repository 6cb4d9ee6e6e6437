package org.foldwise.registry.settings;

import java.util.TreeSet;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells people what is wrong with their configuration, without a stack trace. Spring Boot finds it by {@code spring.factories}. */
final class UnknownSettingsAnalyzer extends AbstractFailureAnalyzer<UnknownSettingsException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownSettingsException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the names or take them out. The settings are "
                        + String.join(", ", new TreeSet<>(cause.known().names())) + ".",
                cause);
    }
}
