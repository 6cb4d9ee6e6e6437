package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A collection of hostile and odd files with a table of what should become of each. */
@ApiTest
class MalformedFilesIT {
    private static final Path DATA = Path.of(System.getProperty("foldwise.root", ".."))
            .resolve(System.getProperty("foldwise.data.dir", "../shared/data"));

    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;

    MalformedFilesIT(Http http, Chapters chapters, Stored stored) {
        this.chapters = chapters;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    @TestFactory
    Stream<DynamicTest> archives() throws IOException {
        return cases(".zip")
                .map(row -> DynamicTest.dynamicTest(row.get("file"), () -> {
                    UUID dataset = row.get("file").equals("good_dataset.zip")
                            ? chapters.manifestDraft(researcher, project)
                            : chapters.draft(researcher, project);
                    assertExpected(row, () -> researcher.put(Chapters.archive(dataset), "application/zip", file(row)));
                }));
    }

    @TestFactory
    Stream<DynamicTest> imagesInsideAnArchive() throws IOException {
        return cases("")
                .filter(row -> !row.get("file").matches(".*\\.(zip|csv)"))
                .map(row -> DynamicTest.dynamicTest(row.get("file"), () -> {
                    UUID dataset = chapters.draft(researcher, project);
                    byte[] archive = Images.zip(Map.of(row.get("file"), file(row)));
                    assertExpected(row, () -> researcher.put(Chapters.archive(dataset), "application/zip", archive));
                }));
    }

    private interface Upload {
        Answer send();
    }

    private void assertExpected(CSVRecord row, Upload upload) {
        var before = stored.counts();

        Answer answer = upload.send();

        switch (row.get("expected")) {
            case "accept" -> assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            case "reject" -> assertThat(answer.status()).as(answer.text()).isEqualTo(422);
            default -> assertThat(answer.status()).as(answer.text()).isIn(201, 422);
        }
        if (answer.status() == 422) {
            assertThat(stored.counts()).isEqualTo(before);
        }
    }

    private static Map<String, byte[]> contents = Map.of();

    private static byte[] file(CSVRecord row) {
        return contents.get(row.get("file"));
    }

    private static Stream<CSVRecord> cases(String suffix) throws IOException {
        Path archive = DATA.resolve("malformed.tar.gz");
        assumeTrue(Files.exists(archive), "skipped: there is no malformed.tar.gz in foldwise.data.dir");
        contents = unpack(archive);
        try (CSVParser table = CSVParser.parse(
                DATA.resolve("malformed-EXPECTED.csv"),
                StandardCharsets.UTF_8,
                CSVFormat.RFC4180
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .get())) {
            List<CSVRecord> rows = table.getRecords();
            return rows.stream()
                    .filter(row -> row.get("file").endsWith(suffix))
                    .filter(row -> contents.containsKey(row.get("file")));
        }
    }

    private static Map<String, byte[]> unpack(Path archive) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (InputStream bytes = Files.newInputStream(archive);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(bytes), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    files.put(entry.getName().replaceFirst("^[^/]*/", ""), tar.readAllBytes());
                }
            }
        }
        return files;
    }
}
