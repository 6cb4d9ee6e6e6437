package org.foldwise.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/**
 * An object store with S3's protocol in this process, S3Proxy with its objects in memory. It has a class path of its own, so that what
 * it needs does not change the service under test.
 */
public final class ObjectStore {
    public static final String ID = "testIdentity";
    public static final String SECRET = "testSecretAccessKey";

    /** Nobody else gets the port between the moment when a service is told of it and that when the store is first needed. */
    private static final ServerSocket RESERVED = reserve();

    public static final URI ENDPOINT = URI.create("http://127.0.0.1:" + RESERVED.getLocalPort());

    private static @Nullable ObjectStore running;

    private final Object objects;
    private final S3Client client;

    private ObjectStore(Object objects) {
        this.objects = objects;
        client = S3Client.builder()
                .endpointOverride(ENDPOINT)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static ServerSocket reserve() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The store of this process, started when it is first asked for. */
    public static synchronized ObjectStore running() {
        if (running == null) {
            running = new ObjectStore(start());
        }
        return running;
    }

    /** Starts the server and returns what holds its objects. */
    private static Object start() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader its = classPath();
        thread.setContextClassLoader(its);
        try {
            RESERVED.close();
            Object builder = call(its.loadClass("org.gaul.s3proxy.S3Proxy"), null, "builder");
            Object inMemory = its.loadClass("org.gaul.s3proxy.nio2blob.TransientNio2BlobStore")
                    .getConstructor()
                    .newInstance();
            call(builder.getClass(), builder, "blobStore", inMemory);
            call(builder.getClass(), builder, "endpoint", ENDPOINT);
            Object signed = call(its.loadClass("org.gaul.s3proxy.auth.AuthenticationType"), null, "valueOf", "AWS_V4");
            call(builder.getClass(), builder, "awsAuthentication", signed, ID, SECRET);
            Object proxy = call(builder.getClass(), builder, "build");
            call(proxy.getClass(), proxy, "start");
            return inMemory;
        } catch (ReflectiveOperationException | IOException e) {
            throw new IllegalStateException("cannot start the object store of the tests", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ClassLoader classPath() {
        String jar = System.getProperty("foldwise.s3proxy");
        if (jar == null || !Files.exists(Path.of(jar))) {
            throw new IllegalStateException(
                    "the build puts S3Proxy where the property foldwise.s3proxy says; it is " + jar);
        }
        try {
            URL settings = ObjectStore.class.getResource("/object-store/");
            return new URLClassLoader(
                    new URL[] {settings, Path.of(jar).toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one public method of that name that takes these arguments. */
    private static Object call(Class<?> type, @Nullable Object target, String name, Object... arguments)
            throws ReflectiveOperationException {
        for (Method method : type.getMethods()) {
            Class<?>[] parameters = method.getParameterTypes();
            boolean fits = method.getName().equals(name) && parameters.length == arguments.length;
            for (int i = 0; fits && i < parameters.length; i++) {
                fits = parameters[i].isInstance(arguments[i]);
            }
            if (fits) {
                return method.invoke(target, arguments);
            }
        }
        throw new NoSuchMethodException(type.getName() + "." + name);
    }

    /** Writes a file of keys as operators have them. */
    public static Path writeKeys(Path file, String secret) {
        try {
            return Files.writeString(
                    file, "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n".formatted(ID, secret));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a bucket that may be there already. */
    public void makeBucket(String bucket) {
        try {
            client.createBucket(request -> request.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException e) {
            // another test has made it
        }
    }

    public void put(String bucket, String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    /** Puts many objects of one byte, past the protocol, which would take seconds. */
    public void putAll(String bucket, List<String> keys) {
        try {
            Class<?> requests = objects.getClass()
                    .getClassLoader()
                    .loadClass("software.amazon.awssdk.services.s3.model.PutObjectRequest");
            Class<?> builders = requests.getClassLoader().loadClass(requests.getName() + "$Builder");
            for (String key : keys) {
                Object builder = call(requests, null, "builder");
                call(builders, builder, "bucket", bucket);
                call(builders, builder, "key", key);
                call(builders, builder, "contentLength", 1L);
                Object request = call(builders, builder, "build");
                call(objects.getClass(), objects, "putBlob", request, new ByteArrayInputStream(new byte[1]));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot fill the object store of the tests", e);
        }
    }

    public void delete(String bucket, String key) {
        client.deleteObject(request -> request.bucket(bucket).key(key));
    }
}
