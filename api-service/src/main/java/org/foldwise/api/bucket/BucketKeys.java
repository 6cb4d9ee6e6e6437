package org.foldwise.api.bucket;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;

/** Where the keys come from that requests are signed with. They are never part of a setting, and never told. */
final class BucketKeys {
    private static final String PROFILE = "default";

    private BucketKeys() {}

    /**
     * From a file, which is read again when it changes, or from what the environment of the process offers.
     *
     * @throws IllegalArgumentException if the file is none, or holds no keys; nothing of it is repeated
     */
    static AwsCredentialsProvider from(@Nullable Path file) {
        if (file == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("credentials must be a file that the service can read");
        }
        if (!holdsKeys(file)) {
            throw new IllegalArgumentException("credentials must be a file with the lines [" + PROFILE
                    + "], aws_access_key_id = ... and aws_secret_access_key = ...");
        }
        return ProfileCredentialsProvider.builder()
                .profileFile(ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CREDENTIALS))
                .profileName(PROFILE)
                .build();
    }

    private static boolean holdsKeys(Path file) {
        try {
            Profile profile = ProfileFile.builder()
                    .content(file)
                    .type(ProfileFile.Type.CREDENTIALS)
                    .build()
                    .profile(PROFILE)
                    .orElse(null);
            return profile != null
                    && profile.property("aws_access_key_id").isPresent()
                    && profile.property("aws_secret_access_key").isPresent();
        } catch (SdkException | IllegalArgumentException | IllegalStateException e) {
            // what it says may quote the file
            return false;
        }
    }
}
