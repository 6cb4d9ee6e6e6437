package org.foldwise.registry.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeySecretTest {
    private static final String SECRET = "A".repeat(43);

    /** Base 32 by Python's base64.b32encode of the id's bytes, lower case, without padding. */
    @ParameterizedTest
    @CsvSource({
        "00000000-0000-0000-0000-000000000000, aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ffffffff-ffff-ffff-ffff-ffffffffffff, 77777777777777777777777774",
        "01936b2c-5c1e-7def-8abc-0123456789ab, agjwwlc4dz667cv4aerukz4jvm"
    })
    void writesAndReadsTheIdInBase32(UUID id, String digits) {
        ApiKeySecret secret = ApiKeySecret.parse("fw_" + digits + "_" + SECRET).orElseThrow();

        assertThat(secret.id()).isEqualTo(id);
        assertThat(secret.reveal()).isEqualTo("fw_" + digits + "_" + SECRET);
    }

    @Test
    void readsWhatItRevealed() {
        ApiKeySecret secret = ApiKeySecret.generate(new UUID(1, 2), new SecureRandom());

        ApiKeySecret read = ApiKeySecret.parse(secret.reveal()).orElseThrow();

        assertThat(read.id()).isEqualTo(new UUID(1, 2));
        assertThat(read.sha256()).isEqualTo(secret.sha256());
    }

    @Test
    void isStoredAsTheDigestOfTheSecretPart() {
        ApiKeySecret secret =
                ApiKeySecret.parse("fw_" + "a".repeat(26) + "_" + SECRET).orElseThrow();

        assertThat(secret.sha256())
                .asHexString()
                .isEqualToIgnoringCase(Digest.of(SECRET.getBytes(US_ASCII)).hex());
    }

    @Test
    void doesNotTellTheSecretInLogs() {
        ApiKeySecret secret = ApiKeySecret.generate(new UUID(1, 2), new SecureRandom());
        String hidden = secret.reveal().substring(30);

        assertThat(secret.toString()).startsWith("fw_").doesNotContain(hidden);
    }

    @Test
    void isNeverTheSameTwice() {
        SecureRandom random = new SecureRandom();

        assertThat(ApiKeySecret.generate(new UUID(1, 2), random).reveal())
                .isNotEqualTo(ApiKeySecret.generate(new UUID(1, 2), random).reveal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fw_",
                "fw_aaaaaaaaaaaaaaaaaaaaaaaaaa_AAAA",
                "FW_aaaaaaaaaaaaaaaaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "fw_aaaaaaaaaaaaaaaaaaaaaaaaa1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "fw_aaaaaaaaaaaaaaaaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                "fw_aaaaaaaaaaaaaaaaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "fw_aaaaaaaaaaaaaaaaaaaaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
            })
    void refusesWhatHasNotTheForm(String presented) {
        assertThat(ApiKeySecret.parse(presented)).isEmpty();
    }
}
