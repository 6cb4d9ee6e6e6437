package org.foldwise.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.EmptyServiceDirectory;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.ApiKeyVerification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.jdbc.core.simple.JdbcClient;

@ApiTest
class ApiKeyIT {
    private final Http http;
    private final ApiKeyIssuance issuance;
    private final ApiKeyVerification verification;
    private final JdbcClient database;

    ApiKeyIT(Http http, ApiKeyIssuance issuance, ApiKeyVerification verification, JdbcClient database) {
        this.http = http;
        this.issuance = issuance;
        this.verification = verification;
        this.database = database;
    }

    @Test
    void anIssuedKeyWorksUntilItIsRevoked() {
        Answer issued = http.admin().post("/api/v1/api-keys", "{\"name\": \"ward 7\", \"role\": \"viewer\"}");
        UUID id = UUID.fromString(issued.json().get("apiKey").get("id").stringValue());
        User bearer = http.bearerOf(issued.json().get("secret").stringValue());

        assertThat(issued.status()).isEqualTo(201);
        assertThat(issued.header("Cache-Control")).contains("no-store");
        assertThat(bearer.get("/api/v1/projects").status()).isEqualTo(200);

        assertThat(http.admin().method("DELETE", "/api/v1/api-keys/" + id).status())
                .isEqualTo(204);
        assertThat(bearer.get("/api/v1/projects").status()).isEqualTo(401);
        assertThat(http.admin().get("/api/v1/api-keys/" + id).json().has("revokedAt"))
                .isTrue();
    }

    @Test
    void aSecretIsShownOnceAndNotStored() {
        Answer issued = http.admin().post("/api/v1/api-keys", "{\"name\": \"ward 8\", \"role\": \"viewer\"}");
        String secret = issued.json().get("secret").stringValue();
        // The random part may hold underscores itself.
        String random = secret.substring(secret.length() - 43);

        assertThat(http.admin().get("/api/v1/api-keys?pageSize=500").text()).doesNotContain(random);
        assertThat(database.sql("select count(*) from api_key k where strpos(k::text, ?) > 0")
                        .param(random)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aKeyIsNotIssuedUnderAnIdempotencyKeyBecauseItsSecretWouldBeStored() {
        Answer answer = http.admin()
                .post("/api/v1/api-keys", "{\"name\": \"ward 9\", \"role\": \"viewer\"}", "Idempotency-Key", "k");

        assertThat(answer.status()).isEqualTo(422);
    }

    @Test
    void theFirstKeyIsWrittenForItsOwnerAlone() throws IOException {
        Path file = EmptyServiceDirectory.PATH.resolve("admin.key");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(http.admin().get("/api/v1/api-keys").status()).isEqualTo(200);
    }

    @Test
    void theFirstKeyIsKeptWhileItWorksAndReplacedWhenItDoesNot(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("data").resolve("admin.key");
        FirstAdminKey first = new FirstAdminKey(new SecurityProperties(file), issuance, verification);

        first.run(new DefaultApplicationArguments());
        String written = Files.readString(file);
        first.run(new DefaultApplicationArguments());
        assertThat(Files.readString(file)).isEqualTo(written);

        Files.writeString(file, "fw_nonsense");
        first.run(new DefaultApplicationArguments());
        assertThat(Files.readString(file)).isNotEqualTo(written);
        assertThat(http.bearerOf(Files.readString(file).strip())
                        .get("/api/v1/api-keys")
                        .status())
                .isEqualTo(200);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
