package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
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
import org.springframework.jdbc.core.simple.JdbcClient;

/** Archives as hostile as they come; a refusal leaves neither a row nor a file. */
@ApiTest
class ArchiveIT {
    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;
    private final JdbcClient database;
    private UUID dataset;

    ArchiveIT(Http http, Chapters chapters, Stored stored, JdbcClient database) {
        this.database = database;
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
        files.put("ILL/._p000_0.png", Images.appleDouble());

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

    /** As Windows packs folders: in the code page of its consoles, and nothing in the archive says so. */
    @Test
    void takesNamesInTheCodePageOfWesternWindows() throws IOException {
        Map<String, byte[]> files = umlauts();

        Answer taken = upload("application/zip", zip(files, Charset.forName("IBM850")));

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(files.keySet());
    }

    @Test
    void takesNamesInUtf8WhetherTheEntrySaysSoOrNot() throws IOException {
        Map<String, byte[]> files = umlauts();
        files.put("\u0422\u0435\u0441\u0442/p\u00d8_5.png", Images.png(5));
        ByteArrayOutputStream withSecondNames = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(withSecondNames)) {
            zip.setEncoding("IBM437");
            zip.setUseLanguageEncodingFlag(false);
            zip.setCreateUnicodeExtraFields(ZipArchiveOutputStream.UnicodeExtraFieldPolicy.ALWAYS);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putArchiveEntry(new ZipArchiveEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeArchiveEntry();
            }
        }
        byte[] unsaid = Images.zip(files);
        for (int i = 0; i + 3 < unsaid.length; i++) {
            boolean isLocal = unsaid[i] == 'P' && unsaid[i + 1] == 'K' && unsaid[i + 2] == 3 && unsaid[i + 3] == 4;
            boolean isCentral = unsaid[i] == 'P' && unsaid[i + 1] == 'K' && unsaid[i + 2] == 1 && unsaid[i + 3] == 2;
            if (isLocal || isCentral) {
                unsaid[i + (isLocal ? 7 : 9)] &= ~8; // the flag of UTF-8
            }
        }
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(pax), "ISO-8859-1")) {
            tar.setAddPaxHeadersForNonAsciiNames(true);
            add(tar, files);
        }

        for (byte[] archive :
                List.of(withSecondNames.toByteArray(), unsaid, Images.tarGzip(files), pax.toByteArray())) {
            makeADraft();
            Answer taken = upload(archive[0] == 'P' ? "application/zip" : "application/gzip", archive);

            assertThat(taken.status()).as(taken.text()).isEqualTo(201);
            assertThat(names()).containsExactlyInAnyOrderElementsOf(files.keySet());
        }
    }

    /** Nobody may become somebody else because a letter could not be read. */
    @Test
    void refusesNamesThatAreInNoEncodingThatIsKnown() throws IOException {
        Map<String, byte[]> files = umlauts();
        files.put("plain/p_3.png", Images.png(3));
        String[] pointers = {"/\ufffddem~1M\ufffd_1.png", "/\ufffddem~1M\ufffd_2.png"};

        assertRefused("application/zip", zip(files, StandardCharsets.ISO_8859_1), pointers);
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(headers), "ISO-8859-1")) {
            add(tar, files);
        }
        assertRefused("application/gzip", headers.toByteArray(), pointers);
        // of entries that are said to be in UTF-8, whose every second byte is changed
        byte[] broken = Images.zip(files);
        for (int i = 0; i + 1 < broken.length; i++) {
            if (broken[i] == (byte) 0xc3 && i > 0 && (broken[i - 1] == 'M' || broken[i + 2] == 'd')) {
                broken[i + 1] = 'x';
            }
        }
        assertRefused("application/zip", broken, "/\ufffdxdem~1M\ufffdx_1.png", "/\ufffdxdem~1M\ufffdx_2.png");
    }

    @Test
    void refusesNamesOfTarHeadersOfAnyKindThatAreNotUtf8() throws IOException {
        String longName = "M\u00fc" + "x".repeat(120) + ".png";
        ByteArrayOutputStream gnu = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(gnu), "ISO-8859-1")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            add(tar, Map.of(longName, Images.png(1)));
        }
        assertRefused("application/gzip", gnu.toByteArray(), "/" + longName.replace('\u00fc', '\ufffd'));

        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(pax, "US-ASCII")) {
            tar.setAddPaxHeadersForNonAsciiNames(true);
            add(tar, Map.of("M\u00fc.png", Images.png(1)));
        }
        byte[] changed = pax.toByteArray();
        for (int i = 0; i + 2 < 2048; i++) {
            if (changed[i] == 'M' && changed[i + 1] == (byte) 0xc3 && changed[i + 2] == (byte) 0xbc) {
                changed[i + 1] = (byte) 0xfc;
            }
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(changed);
        }
        assertRefused("application/gzip", packed.toByteArray(), "/M\ufffd\ufffd.png");
    }

    /** The library puts a question mark for what it cannot decode, and this is one. */
    @Test
    void takesQuestionMarksForWhatTheyAre() throws IOException {
        String prefixed = "is it/" + "y".repeat(90) + "?/p?_1.png";
        Map<String, byte[]> files = new LinkedHashMap<>(Map.of("ill?/M\u00fc?_1.png", Images.png(1)));
        files.put(prefixed, Images.png(2));

        Answer taken = upload("application/gzip", Images.tarGzip(files));

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(files.keySet());
    }

    /** Two patients of two classes who are one of one where umlauts are lost. */
    private static Map<String, byte[]> umlauts() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("\u00d6dem/M\u00fc_1.png", Images.png(1));
        files.put("\u00c4dem/M\u00e4_2.png", Images.png(2));
        return files;
    }

    private static byte[] zip(Map<String, byte[]> files, Charset names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, names)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
            entry.setSize(file.getValue().length);
            tar.putArchiveEntry(entry);
            tar.write(file.getValue());
            tar.closeArchiveEntry();
        }
    }

    private List<String> names() {
        return database.sql("select name from upload_image where dataset_id = ?")
                .param(dataset)
                .query(String.class)
                .list();
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
        files.put("films/__MACOSX/ILL/", new byte[0]);
        files.put("films/__MACOSX/ILL/._p001_1.txt", new byte[] {1});
        files.put("films/THUMBS.DB", new byte[] {1});

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
        assertThat(upload("application/gzip", bytes.toByteArray()).text()).contains("is a link or a special file");
    }

    /** Whatever stands in a name decides whose image it is. */
    @Test
    void refusesTarArchivesWhoseHeadersWereChangedOrThatGoOnBehindTheirEnd() throws IOException {
        byte[] tar =
                new GZIPInputStream(new ByteArrayInputStream(Images.tarGzip(Images.classFolders(3)))).readAllBytes();
        byte[] renamed = tar.clone();
        assertThat(new String(tar, 0, 13, StandardCharsets.US_ASCII)).startsWith("ILL/p000_0");
        renamed[7] = '9';
        byte[] more = java.util.Arrays.copyOf(tar, tar.length + 1000);
        byte[] two = joined(tar, tar);
        // as programs write it that do not fill a block of twenty records, with one record of zeros and with two
        byte[] unfilled = tar(Images.classFolders(3));
        byte[] barelyEnded = java.util.Arrays.copyOf(unfilled, unfilled.length - 512);

        assertRefused("application/gzip", gzip(renamed));
        for (byte[] goesOn : List.of(two, joined(unfilled, unfilled), joined(barelyEnded, unfilled))) {
            assertRefused("application/gzip", gzip(goesOn));
        }
        assertRefused("application/gzip", joined(gzip(unfilled), gzip(unfilled)));
        assertRefused("application/gzip", joined(gzip(unfilled), unfilled));
        assertRefused("application/gzip", joined(gzip(unfilled), "JUNK".getBytes(StandardCharsets.US_ASCII)));
        assertThat(upload("application/gzip", gzip(more)).status()).isEqualTo(201);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** In records, without anything behind the two that end it. */
    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, "UTF-8")) {
            add(tar, files);
        }
        return bytes.toByteArray();
    }

    /** Each part of an archive has a checksum that says whether it is as it was written, long names as well. */
    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU})
    void refusesTarArchivesWhoseHeadersOfLongNamesWereChanged(int longNames) throws IOException {
        Map<String, byte[]> files = Images.classFolders(3);
        files.put("ILL/" + "p".repeat(120) + "_1.png", Images.png(1));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, "UTF-8")) {
            tar.setLongFileMode(longNames);
            add(tar, files);
        }
        byte[] changed = bytes.toByteArray();
        boolean isGnu = longNames == TarArchiveOutputStream.LONGFILE_GNU;
        int header = 0;
        while (changed[header + 156] != (isGnu ? 'L' : 'x')) {
            header += 512;
        }
        // a long name becomes that of a link, and extended attributes those of all that follows
        changed[header + 156] = (byte) (isGnu ? 'K' : 'g');

        assertRefused("application/gzip", gzip(changed));
        assertThat(upload("application/gzip", gzip(bytes.toByteArray())).status())
                .isEqualTo(201);
    }

    /** As {@code tar czf images.tgz .} and {@code tar czf images.tgz ./ILL} write them. */
    @Test
    void takesTarArchivesOfTheFolderThatIsCalledADot() throws IOException {
        Map<String, byte[]> files = Images.classFolders(3);
        String longName = "ILL/" + "p".repeat(120) + "_1.png";
        files.put(longName, Images.png(1));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (String folder : List.of("./", "./ILL/", "./HEALTHY/")) {
                tar.putArchiveEntry(new TarArchiveEntry(folder));
                tar.closeArchiveEntry();
            }
            Map<String, byte[]> dotted = new java.util.TreeMap<>();
            files.forEach((name, content) -> dotted.put("./" + name, content));
            add(tar, dotted);
        }

        Answer taken = upload("application/gzip", bytes.toByteArray());

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(files.keySet());
    }

    /** As {@code tar -a -cf images.zip .} of Windows and macOS writes them. */
    @Test
    void takesZipArchivesOfTheFolderThatIsCalledADot() {
        Map<String, byte[]> files = Images.classFolders(3);
        Map<String, byte[]> dotted = new LinkedHashMap<>();
        List.of("./", "./ILL/", "./HEALTHY/").forEach(folder -> dotted.put(folder, new byte[0]));
        files.forEach((name, content) -> dotted.put("./" + name, content));

        Answer taken = upload("application/zip", Images.zip(dotted));

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(files.keySet());
        assertRefused(
                "application/zip", Images.zip(Map.of("././ILL/p009_1.png", Images.png(9))), "/.~1ILL~1p009_1.png");
        assertRefused("application/zip", Images.zip(Map.of("./", new byte[0])));
    }

    /** As {@code tarfile.add(folder, arcname="")} of Python writes it, and with the label of {@code tar -V}. */
    @Test
    void takesTarArchivesWithEntriesOfNoFile() throws IOException {
        Map<String, byte[]> files = Images.classFolders(3);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            tar.putArchiveEntry(new TarArchiveEntry("films of May", (byte) 'V'));
            tar.closeArchiveEntry();
            tar.putArchiveEntry(new TarArchiveEntry("/", TarConstants.LF_DIR, true));
            tar.closeArchiveEntry();
            add(tar, files);
        }

        Answer taken = upload("application/gzip", bytes.toByteArray());

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(names()).containsExactlyInAnyOrderElementsOf(files.keySet());
    }

    @Test
    void saysOfIncrementalTarArchivesWhatTheyAre() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            tar.putArchiveEntry(new TarArchiveEntry("ILL/", (byte) 'D'));
            tar.closeArchiveEntry();
            add(tar, Images.classFolders(3));
        }

        assertRefused("application/gzip", bytes.toByteArray());
        assertThat(upload("application/gzip", bytes.toByteArray()).text()).contains("is an incremental one");
    }

    /** As {@code cat a.zip b.zip} makes it: what reads by the directory at the end sees the second one alone. */
    @Test
    void refusesZipArchivesThatSomethingComesBefore() throws IOException {
        byte[] zip = Images.zip(Images.classFolders(3));
        byte[] shifted = joined(new byte[64], zip);
        ByteBuffer places = ByteBuffer.wrap(shifted).order(ByteOrder.LITTLE_ENDIAN);
        int end = shifted.length - 22;
        places.putInt(end + 16, places.getInt(end + 16) + 64);
        int entry = places.getInt(end + 16);
        while (places.getInt(entry) == 0x02014b50) {
            places.putInt(entry + 42, places.getInt(entry + 42) + 64);
            entry += 46 + places.getShort(entry + 28) + places.getShort(entry + 30) + places.getShort(entry + 32);
        }

        assertRefused("application/zip", joined(zip, zip));
        assertRefused("application/zip", joined("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII), zip));
        assertRefused("application/zip", shifted);
        assertThat(upload("application/zip", shifted).text()).contains("comes before its first entry");
        // the second one cut short
        byte[] cut = joined(zip, java.util.Arrays.copyOf(zip, zip.length - 30));
        assertRefused("application/zip", cut);
        assertThat(upload("application/zip", cut).text()).contains("comes behind its end");
        assertThat(upload("application/zip", zip).status()).isEqualTo(201);
    }

    /** In headers of their own, as long names are. */
    @ParameterizedTest
    @ValueSource(ints = {TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU})
    void refusesAbsoluteNamesInTarArchives(int longNames) throws IOException {
        String name = "ILL/" + "p".repeat(120) + "_1.png";
        for (boolean absolute : new boolean[] {true, false}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
                tar.setLongFileMode(longNames);
                TarArchiveEntry entry = new TarArchiveEntry(absolute ? "/" + name : name, true);
                entry.setSize(Images.png(1).length);
                tar.putArchiveEntry(entry);
                tar.write(Images.png(1));
                tar.closeArchiveEntry();
            }

            Answer answer = upload("application/gzip", bytes.toByteArray());

            assertThat(answer.status()).as(answer.text()).isEqualTo(absolute ? 422 : 201);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
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
        assertThat(researcher
                        .put(
                                "/api/v1/datasets/" + dataset + "/images?name=ILL%2FM%FC_1.png",
                                "image/png",
                                Images.png(4))
                        .status())
                .isEqualTo(400);
        assertThat(researcher
                        .put(
                                "/api/v1/datasets/" + dataset + "/images?name=ILL%2FM%EF%BF%BD_1.png",
                                "image/png",
                                Images.png(4))
                        .status())
                .isEqualTo(422);
        assertThat(stored.counts()).isEqualTo(after);
    }
}
