package org.foldwise.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Isolated
class SharedFolderTest {
    @TempDir
    private Path directory;

    private final String root = System.getProperty("foldwise.root", "..");
    private final String reference = System.getProperty("foldwise.reference.dir", "../shared/reference");
    private final String data = System.getProperty("foldwise.data.dir", "../shared/data");

    @BeforeEach
    void startAnew() {
        named("../shared/reference", "../shared/data");
        System.setProperty("foldwise.root", directory.resolve("project").toString());
    }

    @AfterEach
    void asItWas() {
        named(reference, data);
        System.setProperty("foldwise.root", root);
    }

    private static void named(String reference, String data) {
        System.setProperty("foldwise.reference.dir", reference);
        System.setProperty("foldwise.data.dir", data);
    }

    @ParameterizedTest
    @EnumSource
    void skipsWhereNobodyHasNamedAFolder(SharedFolder folder) {
        Throwable thrown = catchThrowable(() -> folder.require("metrics.json"));
        assertThat(thrown)
                .isNotInstanceOf(AssertionError.class)
                .hasMessageContaining("skipped: there is no ")
                .satisfies(aborted ->
                        assertThat(aborted.getClass().getSimpleName()).isEqualTo("TestAbortedException"));
    }

    @ParameterizedTest
    @EnumSource
    void failsWhereTheNamedFolderOrItsFileIsMissing(SharedFolder folder) throws Exception {
        for (String named : new String[] {"typo", directory.toString()}) {
            named(named, named);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> folder.require("metrics.json"))
                    .withMessageContaining("metrics.json, and -Dfoldwise.");
        }
        Path file = Files.writeString(directory.resolve("metrics.json"), "{}");
        assertThat(folder.require("metrics.json")).isEqualTo(file);
    }

    @Test
    void readsTheUsualFolder() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("shared/reference"));
        Files.writeString(folder.resolve("metrics.json"), "{}");
        assertThat(ReferenceTables.read("metrics.json").isObject()).isTrue();
    }
}
