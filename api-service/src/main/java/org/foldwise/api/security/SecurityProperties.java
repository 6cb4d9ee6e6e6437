package org.foldwise.api.security;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the first key comes into being.
 *
 * @param adminKeyFile where an admin's key is written, readable by its owner alone, when the file is missing or the database
 *     holds no admin's key that works; absent where keys are brought in by other means
 */
@ConfigurationProperties(prefix = "foldwise.security", ignoreUnknownFields = false)
record SecurityProperties(@Nullable Path adminKeyFile) {}
