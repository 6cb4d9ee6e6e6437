package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.media.Schema;
import org.foldwise.registry.access.IssuedApiKey;

@Schema(description = "A new API key with its secret, which is shown this once and not stored.")
record IssuedApiKeyResponse(
        ApiKeyResponse apiKey,
        @Schema(description = "What its bearer sends: 'Authorization: Bearer ' and this.") String secret) {
    static IssuedApiKeyResponse of(IssuedApiKey issued) {
        return new IssuedApiKeyResponse(
                ApiKeyResponse.of(issued.key()), issued.secret().reveal());
    }

    /** Keeps the secret out of logs. */
    @Override
    public String toString() {
        return "IssuedApiKeyResponse[" + apiKey.id() + "]";
    }
}
