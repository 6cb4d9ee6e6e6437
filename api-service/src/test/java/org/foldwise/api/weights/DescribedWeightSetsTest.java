package org.foldwise.api.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class DescribedWeightSetsTest {
    @TempDir
    private Path directory;

    private DescribedWeightSets sets() {
        return new DescribedWeightSets(new WeightsProperties(directory, DataSize.ofMegabytes(1), null));
    }

    private void write(String name, String sha256, Instant changed) throws IOException {
        Path document = Files.writeString(
                directory.resolve(name + ".json"),
                "{\"backbone\": \"resnet18\", \"file\": \"radnet.pth\", \"sha256\": \"" + sha256 + "\"}");
        Files.setLastModifiedTime(document, FileTime.from(changed));
    }

    /** As of a corrected digest, copied with its time, or written within a coarse clock's step. */
    @Test
    void seesAChangeThatLeavesTimeAndLengthAsTheyWere() throws IOException {
        DescribedWeightSets sets = sets();
        Instant changed = Instant.parse("2026-01-01T00:00:00Z");
        for (String content : new String[] {"one", "other"}) {
            String sha256 = Digest.of(content).hex();
            write("radnet", sha256, changed);
            assertThat(sets.find("radnet").map(WeightSet::digestPrefix)).contains(sha256);
        }
        write("radnet", "0", changed);
        assertThat(sets.find("radnet")).isEmpty();
        assertThat(sets.mistakes("radnet")).hasSize(1);
        Files.delete(directory.resolve("radnet.json"));
        assertThat(sets.mistakes("radnet")).isEmpty();
    }

    @Test
    void readsNoMoreThanADescriptionMayBeLong() throws IOException {
        Files.writeString(directory.resolve("radnet.json"), " ".repeat((1 << 16) + 1));
        assertThat(sets().mistakes("radnet")).containsExactly("it is longer than 65536 bytes, was 65537");
        Files.write(directory.resolve("radnet.json"), new byte[] {(byte) 0xff});
        assertThat(sets().mistakes("radnet")).containsExactly("it is no text in UTF-8");
    }

    @Test
    void hasNoneWhereTheDirectoryCannotBeRead() throws IOException {
        write("radnet", Digest.of("one").hex(), Instant.EPOCH);
        DescribedWeightSets sets = sets();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(directory), "skipped: whoever runs the tests may read everything");
            assertThat(sets.all()).isEmpty();
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(sets.all()).hasSize(1);
    }
}
