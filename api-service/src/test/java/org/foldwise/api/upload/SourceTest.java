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
                Path.of("scratch"), Path.of("key"), DataSize.ofGigabytes(1), 2, 4, 8, List.of(settings)));
    }

    @Test
    void opensToAllProjectsOrToOne() throws Exception {
        UUID project = new UUID(1, 2);
        Sources sources = of("all=" + directory, "one@" + project + "=" + directory);

        assertThat(sources.openTo(project)).extracting(Source::name).containsExactly("all", "one");
        assertThat(sources.openTo(new UUID(1, 3))).extracting(Source::name).containsExactly("all");
        assertThat(sources.find("one", new UUID(1, 3))).isEmpty();
        assertThat(sources.find("all", project).orElseThrow().place())
                .isEqualTo(new SourceDirectory(directory.toRealPath()));
        assertThat(of().openTo(project)).isEmpty();
        assertThat(sources.complaints()).isEmpty();
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

    @Test
    void doesNotStartWithABucketThatIsNotInOrderAndDoesNotSayItsKeys() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys"), "aws_secret_access_key = verySecret\n");
        String store = "?endpoint=https://minio.example.org";
        for (String setting : List.of(
                "films=s3://films",
                "films=s3://verySecret:verySecret@films" + store,
                "films=s3://films/verySecret/.." + store,
                "films=s3://films//verySecret" + store,
                "films=s3://films" + store + "&secret=verySecret",
                "films=s3://films" + store + "&credentials=" + directory.resolve("missing"),
                "films=s3://films" + store + "&credentials=" + directory,
                "films=s3://films" + store + "&credentials=" + keys)) {
            assertThatIllegalArgumentException()
                    .as(setting)
                    .isThrownBy(() -> of(setting))
                    .withMessageStartingWith("foldwise.upload.sources: that of 'films': ")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("verySecret"));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("films =s3://verySecret:verySecret@films"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("verySecret"));
    }

    @Test
    void startsWithoutTheObjectStoreAndSaysSo() throws Exception {
        Path keys = Files.writeString(
                directory.resolve("keys"), "[default]\naws_access_key_id = anId\naws_secret_access_key = verySecret\n");
        Sources sources = of("films=s3://films?endpoint=http://127.0.0.1:1&credentials=" + keys);

        assertThat(sources.complaints())
                .containsExactly("foldwise.upload.sources: that of 'films' cannot be listed: the object store does not"
                        + " answer as it should");
        sources.close();
    }
}
