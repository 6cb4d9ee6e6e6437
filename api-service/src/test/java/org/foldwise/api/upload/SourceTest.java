package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class SourceTest {
    @TempDir
    Path directory;

    private static Sources of(String... settings) {
        return new Sources(new UploadProperties(
                Path.of("scratch"), Path.of("key"), DataSize.ofGigabytes(1), 2, 4, List.of(settings)));
    }

    @Test
    void opensToAllProjectsOrToOne() throws Exception {
        UUID project = new UUID(1, 2);
        Sources sources = of("all=" + directory, "one@" + project + "=" + directory);

        assertThat(sources.openTo(project)).extracting(Source::name).containsExactly("all", "one");
        assertThat(sources.openTo(new UUID(1, 3))).extracting(Source::name).containsExactly("all");
        assertThat(sources.find("one", new UUID(1, 3))).isEmpty();
        assertThat(sources.find("all", project).orElseThrow().directory()).isEqualTo(directory.toRealPath());
        assertThat(of().openTo(project)).isEmpty();
    }

    @Test
    void doesNotStartWithASettingThatIsNotInOrder() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        for (String setting : List.of(
                "noName",
                "=" + directory,
                "UPPER=" + directory,
                "a@nobody=" + directory,
                "a=relative/path",
                "a=" + directory.resolve("missing"),
                "a=" + file)) {
            assertThatIllegalArgumentException()
                    .as(setting)
                    .isThrownBy(() -> of(setting))
                    .withMessageContaining("foldwise.upload.sources");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("a=" + directory, "a=" + directory))
                .withMessageContaining("one name");
    }
}
