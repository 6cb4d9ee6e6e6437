package org.foldwise.registry.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Ends the start of a program whose configuration names a setting under {@code foldwise} that no program has: it would be ignored in
 * silence. Settings of the API are no mistake in a worker's configuration where one class path serves both. Programs add it to their
 * {@link org.springframework.boot.SpringApplication}.
 */
public final class SettingsCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
    /** Variables that the compose file and the programs which try the clients read; a shell may hand them on. */
    private static final Set<String> OF_OTHER_PROGRAMS =
            Set.of("FOLDWISE_PORT", "FOLDWISE_DATABASE_PASSWORD", "FOLDWISE_URL", "FOLDWISE_KEY");

    private static final String PREFIX = KnownSettings.ROOT + ".";
    private static final String VARIABLE_PREFIX = KnownSettings.ROOT.toUpperCase(Locale.ROOT) + "_";

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        requireKnown(event.getEnvironment(), KnownSettings.ofTheClassPath());
    }

    /** @throws UnknownSettingsException naming every unknown setting, where it stands and the nearest known one */
    static void requireKnown(ConfigurableEnvironment environment, KnownSettings known) {
        List<String> complaints = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                boolean variables = source instanceof SystemEnvironmentPropertySource;
                Arrays.stream(enumerable.getPropertyNames())
                        .filter(name -> variables ? isUnknownVariable(name, known) : isUnknown(name, known))
                        .sorted()
                        .map(name -> "There is no setting '%s' (in %s); did you mean '%s'?"
                                .formatted(name, source.getName(), known.nearest(name)))
                        .forEach(complaints::add);
            }
        }
        if (!complaints.isEmpty()) {
            throw new UnknownSettingsException(complaints, known);
        }
    }

    private static boolean isUnknown(String name, KnownSettings known) {
        return name.toLowerCase(Locale.ROOT).startsWith(PREFIX) && !known.contains(name);
    }

    private static boolean isUnknownVariable(String name, KnownSettings known) {
        return name.startsWith(VARIABLE_PREFIX) && !OF_OTHER_PROGRAMS.contains(name) && !known.containsVariable(name);
    }
}
