package org.foldwise.worker;

import java.util.Optional;
import org.foldwise.learning.network.DeviceMissingException;
import org.foldwise.registry.settings.UnknownSettingsException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;

/** Why a worker does not start, where its configuration is the reason and starting it again would change nothing. */
final class Refusal {
    private static final String OURS = "foldwise.";

    private Refusal() {}

    /** The reason in words and on one line; empty where something else was in the way of the start. */
    static Optional<String> reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownSettingsException || cause instanceof DeviceMissingException) {
                return Optional.of(oneLine(String.valueOf(cause.getMessage())));
            }
            if (cause instanceof BindException binding && (binding.getName() + ".").startsWith(OURS)) {
                return Optional.of(oneLine(words(binding)));
            }
        }
        return Optional.empty();
    }

    /** What a setting's own check says names the setting; what a conversion says does not. */
    private static String words(BindException binding) {
        Throwable innermost = binding;
        ConfigurationProperty setting = binding.getProperty();
        for (Throwable cause = binding.getCause(); cause != null; cause = cause.getCause()) {
            innermost = cause;
            if (cause instanceof BindException inner) {
                setting = inner.getProperty() == null ? setting : inner.getProperty();
            } else if (String.valueOf(cause.getMessage()).startsWith(OURS)) {
                return String.valueOf(cause.getMessage());
            }
        }
        return name(setting, binding) + ": " + innermost.getMessage();
    }

    private static String name(@Nullable ConfigurationProperty setting, BindException binding) {
        return String.valueOf(setting == null ? binding.getName() : setting.getName());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
