package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.EmptyServiceDirectory;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Datasets filled from a directory of the server. */
@ApiTest
class SourceIT {
    /** As {@link ApiTest} has it. */
    private static final Path SHELF =
            EmptyServiceDirectory.PATH.resolve("shelf").toAbsolutePath();

    private final Http http;
    private final Chapters chapters;
    private final JdbcClient database;
    private final UUID project;
    private final User researcher;
    private UUID dataset = new UUID(0, 0);
    private String folder = "";

    SourceIT(Http http, Chapters chapters, JdbcClient database) {
        this.http = http;
        this.chapters = chapters;
        this.database = database;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    @BeforeEach
    void begin() {
        dataset = chapters.draft(researcher, project);
        folder = chapters.freshName("folder");
    }

    private void put(Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = SHELF.resolve(folder).resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private Answer take(String path, int atMost) {
        return take("shelf", path, atMost);
    }

    private Answer take(String source, String path, int atMost) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/imports",
                "{\"source\": \"%s\", \"path\": \"%s\", \"atMost\": %d}".formatted(source, path, atMost));
    }

    private static void requireProgress(Answer answer, int taken, int present, int left) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(List.of(
                        answer.json().get("taken").intValue(),
                        answer.json().get("present").intValue(),
                        answer.json().get("left").intValue()))
                .containsExactly(taken, present, left);
    }

    private static void requireProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:" + code);
        assertThat(answer.text()).doesNotContain(SHELF.toString());
    }

    private List<String> names() {
        return database.sql("select name from upload_image where dataset_id = ? order by name collate \"C\"")
                .param(dataset)
                .query(String.class)
                .list();
    }

    private int images() {
        return database.sql("select count(*) from upload_image where dataset_id = ?")
                .param(dataset)
                .query(Integer.class)
                .single();
    }

    @Test
    void takesAFolderInPortionsThatGoOnAfterAnyEnd() throws IOException {
        put(Images.classFolders(6));

        requireProgress(take(folder, 5), 5, 0, 7);
        assertThat(names())
                .containsExactlyElementsOf(Images.classFolders(6).keySet().stream()
                        .sorted()
                        .limit(5)
                        .toList());
        requireProgress(take(folder, 5), 5, 5, 2);
        put(Map.of("ILL/p900_0.png", Images.png(900), "ILL/._p900_0.png", Images.appleDouble()));
        requireProgress(take(folder, 5), 3, 10, 0);
        requireProgress(take(folder, 5), 0, 13, 0);

        assertThat(images()).isEqualTo(13);
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset + "/uploads")
                        .json()
                        .get("items")
                        .findValuesAsString("name"))
                .containsOnly("shelf/" + folder)
                .hasSize(3);
        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
        requireProblem(take(folder, 5), 409, "conflict");
    }

    @Test
    void takesTheManifestWithTheImages() throws IOException {
        dataset = chapters.manifestDraft(researcher, project);
        put(Map.of(
                "a.png",
                Images.png(1),
                "b.png",
                Images.png(2),
                "table.csv",
                "file,patient,label\na.png,p1,ill\nb.png,p2,well\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        requireProgress(take(folder, 1), 1, 0, 1);
        requireProgress(take(folder, 1), 1, 1, 0);

        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void namesEveryFileAtFaultAndKeepsEarlierPortions() throws IOException {
        put(Images.classFolders(3));
        requireProgress(take(folder, 4), 4, 0, 2);
        put(Map.of("ILL/zz.png", new byte[] {1, 2, 3}, "ILL/zy.png", new byte[0]));

        Answer refused = take(folder, 100);

        requireProblem(refused, 422, "source-refused");
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/ILL~1zy.png", "/ILL~1zz.png");
        assertThat(images()).isEqualTo(4);
        Files.delete(SHELF.resolve(folder).resolve("ILL/zz.png"));
        Files.delete(SHELF.resolve(folder).resolve("ILL/zy.png"));
        requireProgress(take(folder, 100), 2, 4, 0);
    }

    @Test
    void namesHideNoContentsAndContentsNoNames() throws IOException {
        put(Images.classFolders(3));
        put(Map.of(
                "notes.txt",
                new byte[] {1},
                "ILL/turn.gif",
                new byte[] {'G', 'I', 'F'},
                "HEALTHY/a.png",
                new byte[] {1, 2, 3},
                "ILL/zz.png",
                new byte[0]));

        // an empty file is told wherever it lies, what others hold where it is their turn
        Answer refused = take(folder, 4);

        requireProblem(refused, 422, "source-refused");
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/HEALTHY~1a.png", "/ILL~1turn.gif", "/ILL~1zz.png", "/notes.txt");
        assertThat(images()).isZero();
    }

    @Test
    void refusesNamesKindsAndLinksOfTheWholeFolder() throws IOException {
        put(Images.classFolders(2));
        put(Map.of("notes.txt", new byte[] {1}, "ILL/P000_0.PNG", Images.png(5)));
        put(Map.of("MAC/._p1_0.png", Images.appleDouble()));
        Path secret = Files.createTempFile("outside", ".png");
        Files.write(secret, Images.png(6));
        Path here = SHELF.resolve(folder);
        Files.createSymbolicLink(here.resolve("ILL/link.png"), secret);
        Files.createSymbolicLink(here.resolve("more"), secret.getParent());
        Files.createDirectories(here.resolve("EMPTY"));

        Answer refused = take(folder, 100);

        requireProblem(refused, 422, "source-refused");
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .contains("/EMPTY~1", "/MAC~1", "/ILL~1link.png", "/more", "/notes.txt")
                // which of the two is met second is up to the file system
                .containsAnyOf("/ILL~1p000_0.png", "/ILL~1P000_0.PNG")
                .hasSize(6);
        assertThat(images()).isZero();
        Files.delete(secret);
    }

    @Test
    void leadsNowhereElse() throws IOException {
        put(Images.classFolders(2));
        Files.createSymbolicLink(SHELF.resolve(folder + "-link"), SHELF.resolve(folder));
        Files.createSymbolicLink(SHELF.resolve(folder).resolve("up"), SHELF.getParent());

        for (String path :
                List.of("..", "../artifacts", folder + "/../..", "/etc", ".", folder + "//ILL", "a\\\\b", "C:/x")) {
            Answer refused = take(path, 1);
            requireProblem(refused, 422, "invalid-request");
            assertThat(refused.json().at("/errors/0/pointer").stringValue()).isEqualTo("/path");
        }
        for (String path : List.of(
                "missing", folder + "-link", folder + "/up", folder + "/up/artifacts", folder + "/ILL/p000_0.png")) {
            requireProblem(take(path, 1), 404, "not-found");
        }
        Files.createDirectories(SHELF.resolve(folder).resolve("empty"));
        requireProblem(take(folder + "/empty", 1), 422, "source-refused");
        requireProblem(take("nothing", folder, 1), 404, "not-found");
        requireProblem(take("shut", folder, 1), 404, "not-found");
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset + "/sources")
                        .json()
                        .get("names")
                        .toString())
                .isEqualTo("[\"shelf\",\"films\"]");
        assertThat(http.user(Role.VIEWER, project)
                        .post("/api/v1/datasets/" + dataset + "/imports", "{\"source\": \"shelf\"}")
                        .status())
                .isEqualTo(403);
        assertThat(images()).isZero();
        // a folder is one with a slash behind it, too
        requireProgress(take(folder + "/ILL/", 1), 1, 0, 0);
    }
}
