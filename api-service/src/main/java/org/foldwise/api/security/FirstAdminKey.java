package org.foldwise.api.security;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.ApiKeyVerification;
import org.foldwise.registry.access.IssuedApiKey;
import org.foldwise.registry.access.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Sees to it that whoever may read {@link SecurityProperties#adminKeyFile()} can get in: if the file does not hold an admin's key
 * that this database knows, a new one is issued and written there. Whoever can write that file can read the database's password
 * as well, so nothing is given away.
 */
@Component
final class FirstAdminKey implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(FirstAdminKey.class);
    private static final String KEY_NAME = "first admin key";
    private static final String OWNER_ONLY = "rw-------";
    private static final int MAXIMUM_BYTES = 200;

    private final SecurityProperties properties;
    private final ApiKeyIssuance issuance;
    private final ApiKeyVerification verification;

    FirstAdminKey(SecurityProperties properties, ApiKeyIssuance issuance, ApiKeyVerification verification) {
        this.properties = properties;
        this.issuance = issuance;
        this.verification = verification;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        Path file = properties.adminKeyFile();
        if (file == null) {
            return;
        }
        try {
            if (!holdsWorkingKey(file)) {
                IssuedApiKey issued = issuance.issue(KEY_NAME, Role.ADMIN, null, null);
                write(file.toAbsolutePath(), issued.secret().reveal());
                log.info("wrote a new admin key to {}", file.getFileName());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the admin key", e);
        }
    }

    private boolean holdsWorkingKey(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAXIMUM_BYTES) {
            return false;
        }
        return verification
                .verify(Files.readString(file, StandardCharsets.UTF_8).strip())
                .filter(key -> key.role() == Role.ADMIN)
                .isPresent();
    }

    /** Beside its place first, and private from its first byte on, so that nobody ever reads half a key or another's. */
    private static void write(Path file, String key) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (OutputStream stream = Channels.newOutputStream(Files.newByteChannel(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY))))) {
            stream.write((key + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
