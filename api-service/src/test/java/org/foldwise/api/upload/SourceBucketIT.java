package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.ObjectStore;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Datasets filled from a bucket of a real object store. */
@ApiTest
class SourceBucketIT {
    /** As {@link ApiTest} has it. */
    private static final String BUCKET = "films";

    private final Http http;
    private final Chapters chapters;
    private final JdbcClient database;
    private final UUID project;
    private final User researcher;
    private final ObjectStore store = ObjectStore.running();
    private UUID dataset = new UUID(0, 0);
    private String folder = "";

    SourceBucketIT(Http http, Chapters chapters, JdbcClient database) {
        this.http = http;
        this.chapters = chapters;
        this.database = database;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        store.makeBucket(BUCKET);
    }

    @BeforeEach
    void begin() {
        dataset = chapters.draft(researcher, project);
        folder = chapters.freshName("folder");
    }

    /** Below the prefix that the source has. */
    private String key(String name) {
        return "2026/" + folder + "/" + name;
    }

    private void put(Map<String, byte[]> files) {
        files.forEach((name, content) -> store.put(BUCKET, key(name), content));
    }

    private Answer take(String path, int atMost) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/imports",
                "{\"source\": \"films\", \"path\": \"%s\", \"atMost\": %d}".formatted(path, atMost));
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
        assertThat(answer.text()).doesNotContain("2026/", ObjectStore.SECRET, ObjectStore.ENDPOINT.getAuthority());
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
    void takesAFolderInPortionsThatGoOnAfterAnyEnd() {
        put(Images.classFolders(6));
        put(Map.of("", new byte[0], "ILL/", new byte[0], "EMPTY/", new byte[0]));
        store.put(BUCKET, "2026/" + folder + "-old/ILL/p901_0.png", Images.png(901));

        requireProgress(take(folder, 5), 5, 0, 7);
        assertThat(names())
                .containsExactlyElementsOf(Images.classFolders(6).keySet().stream()
                        .sorted()
                        .limit(5)
                        .toList());
        requireProgress(take(folder, 5), 5, 5, 2);
        put(Map.of("HEALTHY/p000_0.png", Images.png(900)));
        requireProgress(take(folder, 5), 3, 10, 0);
        requireProgress(take(folder, 5), 0, 13, 0);

        assertThat(images()).isEqualTo(13);
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset + "/uploads")
                        .json()
                        .get("items")
                        .findValuesAsString("name"))
                .containsOnly("films/" + folder)
                .hasSize(3);
        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void takesTheManifestWithTheImages() {
        dataset = chapters.manifestDraft(researcher, project);
        put(Map.of(
                "a.png",
                Images.png(1),
                "b.png",
                Images.png(2),
                "table.csv",
                "file,patient,label\na.png,p1,ill\nb.png,p2,well\n".getBytes(StandardCharsets.UTF_8)));

        requireProgress(take(folder, 1), 1, 0, 1);
        requireProgress(take(folder, 1), 1, 1, 0);

        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void namesEveryObjectAtFaultAndKeepsEarlierPortions() {
        put(Images.classFolders(3));
        requireProgress(take(folder, 4), 4, 0, 2);
        put(Map.of("ILL/zz.png", new byte[] {1, 2, 3}, "ILL/zy.png", new byte[0]));

        Answer refused = take(folder, 100);

        requireProblem(refused, 422, "source-refused");
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/ILL~1zy.png", "/ILL~1zz.png");
        assertThat(images()).isEqualTo(4);
        store.delete(BUCKET, key("ILL/zz.png"));
        store.delete(BUCKET, key("ILL/zy.png"));
        requireProgress(take(folder, 100), 2, 4, 0);
    }

    @Test
    void refusesNamesKindsAndSizesOfTheWholeFolder() {
        put(Images.classFolders(2));
        put(Map.of(
                "notes.txt",
                new byte[] {1},
                "ILL/P000_0.PNG",
                Images.png(5),
                "ILL\\p9.png",
                Images.png(6),
                "ILL/b\u0001.png",
                Images.png(7),
                "ILL/large.png",
                new byte[ArchiveLimits.DEFAULT.maximumEntryBytes() + 1]));

        Answer refused = take(folder, 1);

        requireProblem(refused, 422, "source-refused");
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/notes.txt", "/ILL~1p000_0.png", "/ILL\\p9.png", "/ILL~1b\uFFFD.png", "/ILL~1large.png");
        assertThat(refused.text()).contains("has 67108865 bytes, at most 67108864 are accepted");
        assertThat(images()).isZero();
    }

    @Test
    void leadsNowhereElse() {
        put(Images.classFolders(1));
        store.put(BUCKET, "outside/ILL/p0_0.png", Images.png(1));

        for (String path : List.of("..", "../outside", folder + "/../..", "/outside", folder + "//ILL")) {
            requireProblem(take(path, 1), 422, "invalid-request");
        }
        for (String path : List.of("missing", "outside", folder + "/IL", folder + "/ILL/p000_0.png")) {
            requireProblem(take(path, 1), 404, "not-found");
        }
        assertThat(http.user(Role.VIEWER, project)
                        .post("/api/v1/datasets/" + dataset + "/imports", "{\"source\": \"films\"}")
                        .status())
                .isEqualTo(403);
        assertThat(images()).isZero();
    }
}
