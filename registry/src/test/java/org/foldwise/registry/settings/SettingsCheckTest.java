package org.foldwise.registry.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingsCheckTest {
    private static final KnownSettings KNOWN = new KnownSettings(
            Set.of("foldwise.upload.maximum-archive-size", "foldwise.worker.threads", "foldwise.artifacts.directory"));

    @Test
    void readsTheSettingsOffTheRecordsThatBindThem() {
        assertThat(KnownSettings.ofTheClassPath().names())
                .contains("foldwise.artifacts.directory", "foldwise.artifacts.sweep-age");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foldwise.upload.maximum-archive-size",
                "foldwise.upload.maximumArchiveSize",
                "foldwise.upload.maximum_archive_size",
                "foldwise.worker.threads",
                "spring.datasource.uri",
                "foldwise-version"
            })
    void takesEverySpellingThatTheBindingTakes(String name) {
        SettingsCheck.requireKnown(withProperty(name), KNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FOLDWISE_UPLOAD_MAXIMUMARCHIVESIZE",
                "FOLDWISE_UPLOAD_MAXIMUM_ARCHIVE_SIZE",
                "FOLDWISE_PORT",
                "FOLDWISE_KEY",
                "PATH"
            })
    void takesVariablesOfTheEnvironment(String name) {
        SettingsCheck.requireKnown(withVariable(name), KNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "foldwise.upload.maximum-archive-sise, foldwise.upload.maximum-archive-size",
        "foldwise.uplaod.maximum-archive-size, foldwise.upload.maximum-archive-size",
        "foldwise.worker.thread, foldwise.worker.threads",
        "foldwise.artifacts.directory.path, foldwise.artifacts.directory",
        "foldwise.artifact, foldwise.artifacts.directory"
    })
    void refusesAMisspeltNameAndSaysWhichOneIsNear(String name, String nearest) {
        assertThatThrownBy(() -> SettingsCheck.requireKnown(withProperty(name), KNOWN))
                .isInstanceOf(UnknownSettingsException.class)
                .hasMessage("There is no setting '%s' (in a file); did you mean '%s'?", name, nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "FOLDWISE_UPLOAD_MAXIMUMARCHIVESISE, foldwise.upload.maximum-archive-size",
        "FOLDWISE_WORKERS_THREADS, foldwise.worker.threads"
    })
    void refusesAMisspeltVariable(String name, String nearest) {
        assertThatThrownBy(() -> SettingsCheck.requireKnown(withVariable(name), KNOWN))
                .isInstanceOf(UnknownSettingsException.class)
                .hasMessageContainingAll("'" + name + "'", "'" + nearest + "'");
    }

    @Test
    void namesEveryMistakeAtOnce() {
        StandardEnvironment environment = withProperty("foldwise.worker.thread");
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("arguments", Map.of("foldwise.artifacts.dir", "x")));

        assertThatThrownBy(() -> SettingsCheck.requireKnown(environment, KNOWN))
                .hasMessageContainingAll(
                        "'foldwise.artifacts.dir' (in arguments)", "'foldwise.worker.thread' (in a file)");
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "abc, '', 3", "kitten, sitting, 3", "threads, thread, 1", "ab, ba, 2"})
    void countsTheChangesBetweenTwoTexts(String one, String other, int changes) {
        assertThat(EditDistance.between(one, other)).isEqualTo(changes);
        assertThat(EditDistance.between(other, one)).isEqualTo(changes);
    }

    /** Without what the machine and the build have set. */
    private static StandardEnvironment empty() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        return environment;
    }

    private static StandardEnvironment withProperty(String name) {
        StandardEnvironment environment = empty();
        environment.getPropertySources().addLast(new MapPropertySource("a file", Map.of(name, "x")));
        return environment;
    }

    private static StandardEnvironment withVariable(String name) {
        StandardEnvironment environment = empty();
        environment
                .getPropertySources()
                .addLast(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, "x")));
        return environment;
    }
}
