package org.foldwise.api.bucket;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a bucket is, and how it is asked.
 *
 * @param bucket its name: 3 to 63 lower-case letters, digits, dots and dashes
 * @param prefix of the keys that are looked at, as a folder without slashes at its ends; empty for all
 * @param endpoint the store's address, HTTPS or allowed to be HTTP; absent for that of AWS
 * @param region that requests are signed for
 * @param pathStyle whether the bucket's name comes behind the host's and not before
 * @param credentials a file with the keys, in the form that AWS tools share; absent: keys come from the process's environment
 */
public record BucketAddress(
        String bucket,
        String prefix,
        @Nullable URI endpoint,
        String region,
        boolean pathStyle,
        @Nullable Path credentials) {
    /** How the address of a bucket begins. */
    public static final String SCHEME = "s3://";

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,49}");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");
    private static final String ENDPOINT = "endpoint";
    private static final String CREDENTIALS = "credentials";
    private static final String ALLOW_HTTP = "allow-http";
    private static final String PATH_STYLE = "path-style";
    private static final Set<String> PARAMETERS = Set.of(ENDPOINT, "region", PATH_STYLE, CREDENTIALS, ALLOW_HTTP);
    /** What stores that know no regions sign by. */
    private static final String NO_REGION = "us-east-1";

    /**
     * Reads {@code s3://BUCKET/PREFIX?endpoint=URL&region=NAME&path-style=true&credentials=FILE&allow-http=true}, of which the
     * bucket is needed, and the region where there is no endpoint.
     *
     * @throws IllegalArgumentException if it is no such thing; the message names what is at fault and what it should be, and repeats
     *     nothing of the text, as somebody may have put keys into it
     */
    public static BucketAddress parse(String text) {
        if (!text.startsWith(SCHEME)) {
            throw new IllegalArgumentException("must begin with " + SCHEME);
        }
        int question = text.indexOf('?');
        String place = text.substring(SCHEME.length(), question < 0 ? text.length() : question);
        Map<String, String> parameters = parameters(question < 0 ? "" : text.substring(question + 1));
        int slash = place.indexOf('/');
        String bucket = slash < 0 ? place : place.substring(0, slash);
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(
                    "the bucket's name must have 3 to 63 lower-case letters, digits, dots and dashes");
        }
        String prefix = slash < 0 ? "" : place.substring(slash + 1);
        URI endpoint = endpoint(parameters.get(ENDPOINT), flag(parameters, ALLOW_HTTP, false));
        return new BucketAddress(
                bucket,
                prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix,
                endpoint,
                region(parameters.get("region"), endpoint),
                flag(parameters, PATH_STYLE, endpoint != null),
                credentials(parameters.get(CREDENTIALS)));
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query.isEmpty()) {
            return parameters;
        }
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 0 || !PARAMETERS.contains(parameter.substring(0, equals))) {
                throw new IllegalArgumentException(
                        "behind the question mark there must be NAME=VALUE, joined by '&', NAME one of "
                                + String.join(", ", new TreeSet<>(PARAMETERS)));
            }
            if (parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(parameter.substring(0, equals) + " must be said once");
            }
        }
        return parameters;
    }

    private static @Nullable URI endpoint(@Nullable String text, boolean allowHttp) {
        if (text == null) {
            return null;
        }
        URI endpoint;
        try {
            endpoint = new URI(text);
        } catch (URISyntaxException e) {
            // what it quotes may hold a password
            throw notAnEndpoint();
        }
        String scheme = endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
        String host = endpoint.getHost();
        String path = endpoint.getRawPath();
        if (host == null
                || !Set.of("http", "https").contains(scheme)
                || endpoint.getRawUserInfo() != null
                || endpoint.getRawQuery() != null
                || endpoint.getRawFragment() != null
                || !(path == null || path.isEmpty() || path.equals("/"))) {
            throw notAnEndpoint();
        }
        if (scheme.equals("http")
                && !allowHttp
                && !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            throw new IllegalArgumentException(ENDPOINT + " must be https://, as images would travel in the clear; say "
                    + ALLOW_HTTP + "=true where the network between is protected otherwise");
        }
        return endpoint;
    }

    private static IllegalArgumentException notAnEndpoint() {
        return new IllegalArgumentException(ENDPOINT + " must be https://HOST or https://HOST:PORT and nothing more");
    }

    private static String region(@Nullable String text, @Nullable URI endpoint) {
        if (text == null && endpoint == null) {
            throw new IllegalArgumentException("region is needed, or the endpoint of a store that is not of AWS");
        }
        String region = text == null ? NO_REGION : text;
        if (!REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("region must have lower-case letters, digits and dashes");
        }
        return region;
    }

    private static boolean flag(Map<String, String> parameters, String name, boolean otherwise) {
        String value = parameters.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return value.equals("true");
    }

    private static @Nullable Path credentials(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Path file = Path.of(text);
            if (file.isAbsolute()) {
                return file;
            }
        } catch (InvalidPathException e) {
            // said below, without the text
        }
        throw new IllegalArgumentException(CREDENTIALS + " must be a file's absolute path");
    }
}
