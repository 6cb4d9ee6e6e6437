package org.foldwise.api.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.foldwise.api.bucket.BucketException.Reason;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of an object store that speaks S3's protocol, for reading alone. Requests are repeated up to twice where that may help, and
 * end within a bounded time. Safe for use by several threads.
 */
public final class Bucket implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final int PAGE = 1000;
    /** Stores may send pages without objects; they must not do so for ever. */
    private static final int MAXIMUM_PAGES = 10_000;

    private static final Set<String> OF_KEYS = Set.of(
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "InvalidToken",
            "TokenRefreshRequired",
            "RequestTimeTooSkewed",
            "AccountProblem");
    private static final Set<String> OF_REGIONS = Set.of(
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9.]{1,60}");

    private final String name;
    private final AwsCredentialsProvider keys;
    private final S3Client client;

    private Bucket(String name, AwsCredentialsProvider keys, S3Client client) {
        this.name = name;
        this.keys = keys;
        this.client = client;
    }

    /**
     * Prepares to ask for a bucket. The store is not asked yet.
     *
     * @throws IllegalArgumentException if there is something wrong with the file of keys
     */
    public static Bucket open(BucketAddress address) {
        return open(address, Patience.DEFAULT);
    }

    static Bucket open(BucketAddress address, Patience patience) {
        AwsCredentialsProvider keys = BucketKeys.from(address.credentials());
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(address.region()))
                .forcePathStyle(address.pathStyle())
                .credentialsProvider(keys)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(patience.connecting())
                        .socketTimeout(patience.silence()))
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(RetryMode.STANDARD)
                        .retryStrategy(strategy -> strategy.maxAttempts(ATTEMPTS))
                        .apiCallAttemptTimeout(patience.attempt())
                        .apiCallTimeout(patience.call()));
        URI endpoint = address.endpoint();
        if (endpoint != null) {
            client.endpointOverride(endpoint);
        }
        return new Bucket(address.bucket(), keys, client.build());
    }

    /**
     * Shows every object whose key begins so, a page of 1,000 in memory at a time.
     *
     * @param prefix of the keys; empty for all
     * @param visitor is shown the objects in the order in which the store lists them; what it throws ends the listing
     * @throws BucketException if the bucket cannot be listed to its end
     */
    public void list(String prefix, Consumer<BucketObject> visitor) {
        String next = null;
        for (int page = 0; page < MAXIMUM_PAGES; page++) {
            ListObjectsV2Response answer = page(prefix, next, PAGE);
            for (S3Object object : answer.contents()) {
                visitor.accept(listed(object, prefix));
            }
            if (!answer.isTruncated()) {
                return;
            }
            next = answer.nextContinuationToken();
            if (next == null || next.isEmpty()) {
                throw nonsense();
            }
        }
        throw nonsense();
    }

    /**
     * Asks for one key that begins so, to find out whether the bucket can be listed.
     *
     * @throws BucketException if it cannot
     */
    public void probe(String prefix) {
        page(prefix, null, 1);
    }

    /**
     * An object's bytes, exactly as many as were listed. What is cut off is asked for again.
     *
     * @param object as it was listed; less than 2 GiB
     * @throws BucketException if it cannot be read, or is not what was listed
     */
    public byte[] read(BucketObject object) {
        requireKeys();
        int size = Math.toIntExact(object.size());
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(name)
                .key(object.key())
                .ifMatch(object.version())
                .build();
        byte[] content;
        try {
            content = client.getObject(request, (answer, bytes) -> whole(size, bytes));
        } catch (SdkException e) {
            throw explained(e, true);
        }
        if (content.length > size) {
            throw new BucketException(Reason.OBJECT_CHANGED, "longer than listed");
        }
        return content;
    }

    /** Reads so many bytes, and one more if there is one, but not on and on. */
    private static byte[] whole(int size, InputStream bytes) throws IOException {
        byte[] content = bytes.readNBytes(size + 1);
        if (content.length < size) {
            throw RetryableException.create("an object's bytes were cut off");
        }
        return content;
    }

    private ListObjectsV2Response page(String prefix, @Nullable String token, int atMost) {
        requireKeys();
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(name)
                .prefix(prefix.isEmpty() ? null : prefix)
                .continuationToken(token)
                .maxKeys(atMost)
                // XML holds no control characters, and keys may
                .encodingType(EncodingType.URL)
                .build();
        try {
            ListObjectsV2Response answer = client.listObjectsV2(request);
            if (answer.isTruncated() == null) {
                throw nonsense();
            }
            return answer;
        } catch (SdkException e) {
            throw explained(e, false);
        }
    }

    private static BucketObject listed(S3Object object, String prefix) {
        String key = object.key();
        Long size = object.size();
        if (key == null || !key.startsWith(prefix) || size == null || size < 0) {
            throw nonsense();
        }
        return new BucketObject(key, size, object.eTag());
    }

    private void requireKeys() {
        try {
            keys.resolveCredentials();
        } catch (RuntimeException e) {
            // whatever it says: it may quote the file of keys
            throw new BucketException(Reason.NO_KEYS, e.getClass().getSimpleName());
        }
    }

    private static BucketException nonsense() {
        return new BucketException(Reason.NO_ANSWER, "a listing that cannot be");
    }

    private static BucketException explained(SdkException e, boolean ofObject) {
        if (!(e instanceof S3Exception answer)) {
            return new BucketException(Reason.NO_ANSWER, innermost(e).getClass().getSimpleName());
        }
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        int status = answer.statusCode();
        return new BucketException(
                reason(status, code, ofObject),
                "status " + status + (HARMLESS.matcher(code).matches() ? " " + code : ""));
    }

    private static Reason reason(int status, String code, boolean ofObject) {
        if (status == 401 || OF_KEYS.contains(code)) {
            return Reason.KEYS_REFUSED;
        }
        if (status / 100 == 3 || OF_REGIONS.contains(code)) {
            return Reason.OTHER_REGION;
        }
        if (code.equals("NoSuchBucket") || (status == 404 && !ofObject)) {
            return Reason.NO_BUCKET;
        }
        if (status / 100 != 4 || status == 408 || status == 429) {
            return Reason.NO_ANSWER;
        }
        if (ofObject) {
            return status == 404 || status == 412 ? Reason.OBJECT_CHANGED : Reason.OBJECT_REFUSED;
        }
        return status == 403 ? Reason.FORBIDDEN : Reason.NO_ANSWER;
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }

    /** Gives up connections. */
    @Override
    public void close() {
        client.close();
    }
}
