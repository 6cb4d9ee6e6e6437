package org.foldwise.api.paging;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is wanted.
 *
 * @param pageSize how many items at most
 * @param pageToken the token of the page before; absent for the first page
 */
public record PageQuery(
        @Parameter(
                        in = ParameterIn.QUERY,
                        description = "How many items at most.",
                        schema =
                                @Schema(
                                        type = "integer",
                                        format = "int32",
                                        minimum = "1",
                                        maximum = "500",
                                        defaultValue = "50"))
                int pageSize,
        @Parameter(
                        in = ParameterIn.QUERY,
                        description = "The nextPageToken of the page before; absent for the first page.",
                        schema = @Schema(type = "string"))
                @Nullable
                String pageToken) {
    static final int DEFAULT_SIZE = 50;
    static final int MAXIMUM_SIZE = 500;

    private static final UUID BELOW_ALL = new UUID(0, 0);
    private static final String INVALID_TOKEN = "is not a token that this list gave out";

    /** The key of the last item of the page before, in lists ordered by a text. */
    public Optional<String> afterText() {
        if (pageToken == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(pageToken), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw RefusedException.invalid("/pageToken", INVALID_TOKEN);
        }
    }

    /** The key of the last item of the page before, in lists ordered by id; an id below all others for the first page. */
    public UUID afterIdOrFirst() {
        try {
            return afterText().map(UUID::fromString).orElse(BELOW_ALL);
        } catch (IllegalArgumentException e) {
            throw RefusedException.invalid("/pageToken", INVALID_TOKEN);
        }
    }

    /** The key of the last item of the page before, in lists ordered by a number. */
    public Optional<Integer> afterNumber() {
        try {
            return afterText().map(Integer::valueOf);
        } catch (NumberFormatException e) {
            throw RefusedException.invalid("/pageToken", INVALID_TOKEN);
        }
    }

    static String token(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}
