package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** TIFF, WebP and CMYK JPEG files in class folders, from the upload to their thumbnails. */
@ApiTest
class ImageFormatsIT {
    private static final Map<String, String> FILES = Map.of(
            "ILL/p001_0.tif", "colour-lzw.tif",
            "ILL/p002_0.webp", "lossy-75.webp",
            "HEALTHY/p003_0.TIFF", "pages.tif",
            "HEALTHY/p004_0.webp", "lossless-100-6.webp",
            "HEALTHY/p005_0.jpg", "cmyk-0.jpg",
            "HEALTHY/p006_0.tif", "palette.tif");

    private final Chapters chapters;
    private final UUID project;
    private final User researcher;
    private final User predictor;
    private UUID dataset;

    ImageFormatsIT(Http http, Chapters chapters) {
        this.chapters = chapters;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.predictor = http.user(Role.PREDICTOR, project);
    }

    @BeforeEach
    void makeADraft() {
        dataset = chapters.draft(researcher, project);
    }

    private static byte[] file(String name) {
        try (InputStream stream = ImageFormat.class.getResourceAsStream("formats/" + name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> classFolders() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        FILES.forEach((name, file) -> files.put(name, file(file)));
        return files;
    }

    @Test
    void takesAnArchiveOfThemAndShowsThem() throws IOException {
        Answer upload = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(classFolders()));

        assertThat(upload.status()).as(upload.text()).isEqualTo(201);
        Answer freezing = researcher.post("/api/v1/datasets/" + dataset + "/freeze", "");
        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
        JsonNode images =
                researcher.get("/api/v1/datasets/" + dataset + "/images").json().get("items");
        assertThat(images.size()).isEqualTo(FILES.size());
        for (JsonNode image : images) {
            String name = image.get("name").stringValue().toLowerCase(Locale.ROOT);
            String content = "/api/v1/images/" + image.get("id").stringValue() + "/content";
            assertThat(researcher.get(content).header("Content-Type"))
                    .contains(
                            name.endsWith("webp") ? "image/webp" : name.endsWith("jpg") ? "image/jpeg" : "image/tiff");
            Answer thumbnail = researcher.get(content + "?rendition=thumbnail");
            assertThat(ImageIO.read(new ByteArrayInputStream(
                                    thumbnail.response().body()))
                            .getWidth())
                    .isEqualTo(image.get("width").intValue());
        }
    }

    @Test
    void refusesTheWholeArchiveForOneCutFileByItsCode() {
        Map<String, byte[]> files = classFolders();
        files.computeIfPresent("ILL/p002_0.webp", (name, content) -> Arrays.copyOf(content, content.length - 1));

        Answer answer = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("p002_0.webp").contains("truncated");
    }

    @Test
    void takesSingleFilesOfTheirMediaTypes() {
        String path = "/api/v1/datasets/" + dataset + "/images?name=ILL/";

        Answer tiff = researcher.put(path + "p1.tiff", "image/tiff", file("tiles.tif"));
        Answer webp = researcher.put(path + "p2.webp", "image/webp", file("lossy-alpha.webp"));

        assertThat(tiff.status()).as(tiff.text()).isEqualTo(201);
        assertThat(webp.status()).as(webp.text()).isEqualTo(201);
        assertThat(predictor
                        .post("/predict?model=nobody", "image/webp", file("lossy-75.webp"))
                        .status())
                .isEqualTo(404);
    }
}
