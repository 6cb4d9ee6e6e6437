package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as hostile as they come; a refusal leaves neither a row nor a file. */
@ApiTest
class ArchiveIT {
    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;
    private UUID dataset;

    ArchiveIT(Http http, Chapters chapters, Stored stored) {
        this.chapters = chapters;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    @BeforeEach
    void makeADraft() {
        dataset = chapters.draft(researcher, project);
    }

    private Answer upload(String mediaType, byte[] archive, String... headers) {
        return researcher.put(Chapters.archive(dataset), mediaType, archive, headers);
    }

    private void assertRefused(String mediaType, byte[] archive, String... pointers) {
        var before = stored.counts();

        Answer answer = upload(mediaType, archive);

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:archive-refused");
        assertThat(stored.counts()).isEqualTo(before);
        if (pointers.length > 0) {
            assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                    .containsExactlyInAnyOrder(pointers);
        }
    }

    @Test
    void takesZipAndTarAlike() {
        Map<String, byte[]> files = Images.classFolders(6);
        files.put("__MACOSX/._p000_0.png", new byte[] {1});
        files.put("ILL/.DS_Store", new byte[] {2});

        Answer zip = upload("application/zip", Images.zip(files));
        UUID other = chapters.draft(researcher, project);
        Answer tar = researcher.put(Chapters.archive(other), "application/gzip", Images.tarGzip(files));

        assertThat(zip.status()).as(zip.text()).isEqualTo(201);
        assertThat(tar.status()).as(tar.text()).isEqualTo(201);
        assertThat(zip.json().get("images").intValue()).isEqualTo(12);
        assertThat(tar.json().get("images").intValue()).isEqualTo(12);
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset + "/uploads")
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void tellsEveryDefectOfAnArchiveAtOnce() {
        Map<String, byte[]> files = Images.classFolders(3);
        files.put("../evil.png", Images.png(1));
        files.put("/abs.png", Images.png(1));
        files.put("C:\\x.png", Images.png(1));
        files.put("a/./b.png", Images.png(1));
        files.put("a//b.png", Images.png(1));
        files.put("ILL/P000_0.PNG", Images.png(1));
        files.put("text.txt", new byte[] {1});
        files.put("no.png", "not an image".getBytes(StandardCharsets.UTF_8));
        files.put("cut.png", java.util.Arrays.copyOf(Images.png(3), 200));
        files.put("e\u0301.png", Images.png(1));
        files.put("\u00e9.png", Images.png(1));
        files.put("rtl\u202egnp.png", Images.png(1));

        assertRefused(
                "application/zip",
                Images.zip(files),
                "/..~1evil.png",
                "/~1abs.png",
                "/C:\\x.png",
                "/a~1.~1b.png",
                "/a~1~1b.png",
                "/ILL~1P000_0.PNG",
                "/text.txt",
                "/no.png",
                "/cut.png",
                "/\u00e9.png",
                "/rtl\ufffdgnp.png");
    }

    @Test
    void countsDefectsBeyondTheFirstHundred() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 250; i++) {
            files.put("f%03d.txt".formatted(i), new byte[0]);
        }

        Answer answer = upload("application/zip", Images.zip(files));

        assertThat(answer.json().get("errors").size()).isEqualTo(100);
        assertThat(answer.json().get("errorCount").intValue()).isEqualTo(250);
    }

    @Test
    void refusesEmptyAndCutAndForeignArchives() {
        byte[] zip = Images.zip(Images.classFolders(3));
        byte[] tar = Images.tarGzip(Images.classFolders(3));

        assertRefused("application/zip", new byte[0]);
        assertRefused("application/zip", Images.zip(Map.of()));
        assertRefused("application/zip", Images.zip(Map.of("only/", new byte[0])));
        assertRefused("application/gzip", new byte[0]);
        assertRefused("application/gzip", Images.tarGzip(Map.of()));
        assertRefused("application/zip", tar);
        assertRefused("application/gzip", zip);
        for (int part = 1; part < 8; part++) {
            assertRefused("application/zip", java.util.Arrays.copyOf(zip, zip.length * part / 8));
            assertRefused("application/gzip", java.util.Arrays.copyOf(tar, tar.length * part / 8));
        }
    }

    @Test
    void refusesAClassFolderWithoutImages() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("films/", new byte[0]);
        files.put("films/ILL/", new byte[0]);
        files.put("films/ILL/p001_1.png", Images.png(1));
        files.put("films/HEALTHY/", new byte[0]);
        files.put("films/HEALTHY/.DS_Store", new byte[] {1});
        files.put("__MACOSX/", new byte[0]);

        assertRefused("application/zip", Images.zip(files), "/films~1HEALTHY~1");
        assertRefused("application/gzip", Images.tarGzip(files), "/films~1HEALTHY~1");
        files.put("films/HEALTHY/p002_1.png", Images.png(2));
        assertThat(upload("application/zip", Images.zip(files)).status()).isEqualTo(201);
    }

    @Test
    void takesAnEmptyFolderThatAnEarlierUploadFillsOrThatIsNoClass() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("ILL/", new byte[0]);
        files.put("HEALTHY/p002_1.png", Images.png(2));
        Chapters.created(upload("application/zip", Images.zip(Map.of("ILL/p001_1.png", Images.png(1)))));
        assertThat(upload("application/zip", Images.zip(files)).status()).isEqualTo(201);

        UUID withManifest = chapters.manifestDraft(researcher, project);
        assertThat(researcher
                        .put(Chapters.archive(withManifest), "application/zip", Images.zip(files))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void refusesBombs() {
        byte[] zeros = new byte[8 << 20];

        assertRefused("application/zip", Images.zip(Map.of("a.png", zeros)), "/a.png");
        assertRefused("application/gzip", Images.tarGzip(Map.of("a.png", zeros)));
    }

    @Test
    void refusesAnImageThatClaimsToBeHuge() {
        byte[] png = Images.png(1);
        // the width in the header, with its checksum
        byte[] header = java.util.Arrays.copyOfRange(png, 12, 29);
        header[4] = 0;
        header[5] = 0;
        header[6] = (byte) 0xc3;
        header[7] = 0x50;
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(header);
        System.arraycopy(header, 0, png, 12, header.length);
        for (int i = 0; i < 4; i++) {
            png[29 + i] = (byte) (crc.getValue() >>> (24 - 8 * i));
        }

        assertRefused("application/zip", Images.zip(Map.of("huge.png", png)), "/huge.png");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO, TarConstants.LF_CHR})
    void refusesLinksAndDevicesInTarArchives(byte type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry("link.png", type);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        assertRefused("application/gzip", bytes.toByteArray(), "/link.png");
    }

    @Test
    void refusesHeadersOfATarArchiveThatTakeMoreThanTheyMay() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            byte[] name = new byte[4 << 20];
            java.util.Arrays.fill(name, (byte) 'a');
            entry.setSize(name.length);
            tar.putArchiveEntry(entry);
            tar.write(name);
            tar.closeArchiveEntry();
        }

        assertRefused("application/gzip", bytes.toByteArray());
    }

    @Test
    void refusesNamesThatTheDatasetHasAlready() {
        upload("application/zip", Images.zip(Images.classFolders(3)));

        assertRefused("application/zip", Images.zip(Map.of("ill/p000_0.png", Images.png(99))), "/ill~1p000_0.png");
    }

    @Test
    void comparesTheBodyWithItsContentDigest() {
        byte[] zip = Images.zip(Images.classFolders(3));
        String digest = Base64.getEncoder()
                .encodeToString(HexFormat.of().parseHex(Digest.of(zip).hex()));
        var before = stored.counts();

        Answer wrong = upload("application/zip", zip, "Content-Digest", "sha-256=:" + "A".repeat(43) + "=:");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:digest-mismatch");
        assertThat(stored.counts()).isEqualTo(before);

        assertThat(upload("application/zip", zip, "Content-Digest", "sha-256=:" + digest + ":")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void takesSingleImagesByName() {
        String path = "/api/v1/datasets/" + dataset + "/images?name=ILL%2Fp001_1.png";
        Answer taken = researcher.put(path, "image/png", Images.png(1));
        var after = stored.counts();

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.json().get("name").stringValue()).isEqualTo("ILL/p001_1.png");
        assertThat(researcher.put(path, "image/png", Images.png(2)).status()).isEqualTo(409);
        assertThat(researcher.put(path + ".exe", "image/png", Images.png(2)).status())
                .isEqualTo(422);
        assertThat(researcher
                        .put(path + "x.png", "image/png", new byte[] {1, 2, 3})
                        .status())
                .isEqualTo(422);
        assertThat(researcher.put(path + "x.png", "image/gif", Images.png(3)).status())
                .isEqualTo(415);
        assertThat(stored.counts()).isEqualTo(after);
    }
}
