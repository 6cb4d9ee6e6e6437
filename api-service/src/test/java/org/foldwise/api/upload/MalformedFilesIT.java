package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
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
import org.foldwise.learning.SharedFolder;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A collection of hostile and odd files with a table of what should become of each. */
@ApiTest
class MalformedFilesIT {
    private static final Path DATA = SharedFolder.DATA.path();

    private static final Pattern ARCHIVE = Pattern.compile(".*\\.zip", Pattern.DOTALL);
    private static final Pattern MANIFEST = Pattern.compile(".*\\.csv", Pattern.DOTALL);
    private static final Pattern IMAGE = Pattern.compile("(?!.*\\.(zip|csv)$).*", Pattern.DOTALL);
    private static final String OTHER_IMAGE = "other.jpg";

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

    @Test
    void everyRowOfTheTableIsTried() throws IOException {
        List<String> tried = Stream.of(rows(ARCHIVE), rows(IMAGE), rows(MANIFEST))
                .flatMap(List::stream)
                .map(row -> row.get("file"))
                .sorted()
                .toList();

        assertThat(tried)
                .hasSizeGreaterThan(80)
                .doesNotHaveDuplicates()
                .isEqualTo(table().stream().map(row -> row.get("file")).sorted().toList())
                .allMatch(contents::containsKey);
    }

    @TestFactory
    Stream<DynamicTest> archives() throws IOException {
        return cases(ARCHIVE, row -> {
            UUID dataset = row.get("file").equals("good_dataset.zip")
                    ? chapters.manifestDraft(researcher, project)
                    : chapters.draft(researcher, project);
            assertExpected(row, 201, () -> researcher.put(Chapters.archive(dataset), "application/zip", file(row)));
        });
    }

    @TestFactory
    Stream<DynamicTest> imagesInsideAnArchive() throws IOException {
        return cases(IMAGE, row -> {
            UUID dataset = chapters.draft(researcher, project);
            byte[] archive = Images.zip(Map.of(row.get("file"), file(row)));
            assertExpected(row, 201, () -> researcher.put(Chapters.archive(dataset), "application/zip", archive));
        });
    }

    @TestFactory
    Stream<DynamicTest> imagesByThemselves() throws IOException {
        return cases(IMAGE, row -> {
            UUID dataset = chapters.draft(researcher, project);
            String path = "/api/v1/datasets/" + dataset + "/images?name="
                    + URLEncoder.encode(row.get("file"), StandardCharsets.UTF_8);
            Answer answer = assertExpected(row, 201, () -> researcher.put(path, "image/png", file(row)));
            if (row.get("file").endsWith(".exe")) {
                assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                        .as("refused for its name, for its bytes are an image's")
                        .containsExactly("/name");
            }
        });
    }

    /**
     * Images of the names in the manifest are there, and one more of another patient, without which no manifest of one row makes a
     * dataset; so nothing but the manifest can be wrong.
     */
    @TestFactory
    Stream<DynamicTest> manifests() throws IOException {
        return cases(MANIFEST, row -> {
            UUID dataset = Chapters.created(researcher.post(
                    "/api/v1/datasets",
                    chapters.manifestDraftBody(project)
                            .replace("\"patientId\": \"patient\"", "\"patientId\": \"patient_id\"")
                            .replace("\"positiveLabel\": \"ill\",", "")));
            byte[] manifest = withAnotherPatient(row);
            Map<String, byte[]> images = new LinkedHashMap<>();
            for (String name : List.of("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "a,1.jpg", OTHER_IMAGE)) {
                if (new String(manifest, charset(row)).contains(name)) {
                    images.put(name, Images.jpeg(images.size() + 1));
                }
            }
            Chapters.created(researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(images)));
            Chapters.created(researcher.post("/api/v1/datasets/" + dataset + "/manifest", "text/csv", manifest));

            Answer answer =
                    assertExpected(row, 202, () -> researcher.post("/api/v1/datasets/" + dataset + "/freeze", ""));

            if (answer.status() == 422) {
                assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                        .isNotEmpty()
                        .allMatch(pointer -> pointer.matches("/(row [0-9]+, column|manifest|other.jpg).*"));
            }
            String state = answer.status() == 202 ? "freezing" : "draft";
            assertThat(researcher
                            .get("/api/v1/datasets/" + dataset)
                            .json()
                            .get("state")
                            .stringValue())
                    .isEqualTo(state);
        });
    }

    private static byte[] withAnotherPatient(CSVRecord row) {
        Charset charset = charset(row);
        String text = new String(file(row), charset);
        String separator = text.contains(";") ? ";" : ",";
        String more = String.join(separator, OTHER_IMAGE, "somebody else", "y") + "\n";
        return (text + (text.endsWith("\n") ? "" : "\n") + more).getBytes(charset);
    }

    private static Charset charset(CSVRecord row) {
        return row.get("file").contains("utf16") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
    }

    private interface Trial {
        void of(CSVRecord row) throws IOException;
    }

    private interface Request {
        Answer send();
    }

    private Answer assertExpected(CSVRecord row, int accepted, Request request) {
        var before = stored.counts();

        Answer answer = request.send();

        switch (row.get("expected")) {
            case "accept" -> assertThat(answer.status()).as(answer.text()).isEqualTo(accepted);
            case "reject" -> assertThat(answer.status()).as(answer.text()).isEqualTo(422);
            case "accept_or_reject" ->
                assertThat(answer.status()).as(answer.text()).isIn(accepted, 422);
            default -> throw new AssertionError("the table expects " + row.get("expected"));
        }
        if (answer.status() == 422) {
            assertThat(answer.header("Content-Type")).contains("application/problem+json");
            assertThat(answer.json().get("type").stringValue()).startsWith("urn:foldwise:problem:");
            assertThat(stored.counts()).isEqualTo(before);
        }
        return answer;
    }

    private static Stream<DynamicTest> cases(Pattern kind, Trial trial) throws IOException {
        return rows(kind).stream().map(row -> DynamicTest.dynamicTest(row.get("file"), () -> trial.of(row)));
    }

    private static List<CSVRecord> rows(Pattern kind) throws IOException {
        return table().stream()
                .filter(row -> kind.matcher(row.get("file")).matches())
                .toList();
    }

    private static Map<String, byte[]> contents = Map.of();

    private static byte[] file(CSVRecord row) {
        return contents.get(row.get("file"));
    }

    private static List<CSVRecord> table() throws IOException {
        Path archive = SharedFolder.DATA.require("malformed.tar.gz");
        contents = unpack(archive);
        try (CSVParser table = CSVParser.parse(
                DATA.resolve("malformed-EXPECTED.csv"),
                StandardCharsets.UTF_8,
                CSVFormat.RFC4180
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .get())) {
            return table.getRecords();
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
