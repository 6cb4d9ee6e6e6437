package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymsTest {
    @TempDir
    private Path directory;

    private final SecureRandom random = new SecureRandom();

    @Test
    void areTheSameForOneKeyAndOthersForAnother() {
        Path file = directory.resolve("new/pseudonym.key");
        String pseudonym = Pseudonyms.open(file, random).ofPatient("MRN1");

        assertThat(Pseudonyms.open(file, random).ofPatient("MRN1")).isEqualTo(pseudonym);
        assertThat(Pseudonyms.open(file, random).ofPatient("MRN2")).isNotEqualTo(pseudonym);
        assertThat(Pseudonyms.open(file, random).ofInstance("MRN1")).isNotEqualTo(pseudonym);
        assertThat(Pseudonyms.open(directory.resolve("other.key"), random).ofPatient("MRN1"))
                .isNotEqualTo(pseudonym);
    }

    /** HMAC-SHA-256 of "patient:MRN1" under 32 bytes of 0x0b, by Python's hmac. */
    @Test
    void areTheFirstHalfOfTheMac() throws IOException {
        Path file = Files.writeString(directory.resolve("pseudonym.key"), "0b".repeat(32) + "\n");

        assertThat(Pseudonyms.open(file, random).ofPatient("MRN1")).isEqualTo("a5973d812185e341a83af950ad300e05");
    }

    @Test
    void keepTheKeyFromOthers() throws IOException {
        Path file = directory.resolve("pseudonym.key");
        Pseudonyms.open(file, random);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void refuseAFileThatHoldsNoKey() throws IOException {
        Path file = Files.writeString(directory.resolve("pseudonym.key"), "short");

        assertThatIllegalStateException()
                .isThrownBy(() -> Pseudonyms.open(file, random))
                .withMessageContaining("pseudonym-key-file");
    }
}
