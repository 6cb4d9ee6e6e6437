package org.foldwise.api.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketAddressTest {
    @Test
    void readsABucketOfAws() {
        assertThat(BucketAddress.parse("s3://films?region=eu-central-1"))
                .isEqualTo(new BucketAddress("films", "", null, "eu-central-1", false, null));
    }

    @Test
    void readsAFolderOfAnotherStore() {
        assertThat(BucketAddress.parse(
                        "s3://films/2026/chest/?endpoint=https://minio.example.org:9000&credentials=/run/keys"))
                .isEqualTo(new BucketAddress(
                        "films",
                        "2026/chest",
                        URI.create("https://minio.example.org:9000"),
                        "us-east-1",
                        true,
                        Path.of("/run/keys")));
        assertThat(BucketAddress.parse("s3://films?endpoint=https://ceph.example.org&region=de&path-style=false"))
                .isEqualTo(new BucketAddress("films", "", URI.create("https://ceph.example.org"), "de", false, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:9000",
                "http://127.0.0.1:9000",
                "http://127.1.2.3",
                "http://[::1]:9000",
                "http://minio.example.org&allow-http=true",
                "https://10.1.2.3/"
            })
    void takesHttpOnTheLoopbackOrWhereItIsAllowed(String endpoint) {
        assertThat(BucketAddress.parse("s3://films?endpoint=" + endpoint).endpoint())
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "s3://films, region is needed",
        "s3://Films?region=x, the bucket's name",
        "s3://fi?region=x, the bucket's name",
        "s3://fi_lms?region=x, the bucket's name",
        "s3:///films?region=x, the bucket's name",
        "s3://AKIASECRET:secret@films?region=x, the bucket's name",
        "s3://films?region=Europe, region must",
        "s3://films?region=x&region=x, region must be said once",
        "s3://films?region, behind the question mark",
        "s3://films?secret=x&region=x, behind the question mark",
        "s3://films?region=x&, behind the question mark",
        "s3://films?region=x&path-style=yes, path-style must be true or false",
        "s3://films?region=x&credentials=secret, credentials must be a file's absolute path",
        "s3://films?endpoint=minio.example.org, endpoint must be",
        "s3://films?endpoint=https://, endpoint must be",
        "s3://films?endpoint=https://key:secret@minio.example.org, endpoint must be",
        "s3://films?endpoint=https://minio.example.org/secret, endpoint must be",
        "s3://films?endpoint=ftp://minio.example.org, endpoint must be",
        "s3://films?endpoint=http://minio.example.org, endpoint must be https://",
        "s3://films?endpoint=http://10.1.2.3:9000, endpoint must be https://",
        "s3://films?endpoint=http://127.0.0.1.example.org, endpoint must be https://",
        "s3://films?endpoint=http://minio.example.org&allow-http=false, endpoint must be https://"
    })
    void saysWhatIsWrongAndRepeatsNothing(String address, String complaint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BucketAddress.parse(address))
                .withMessageContaining(complaint)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret@", "AKIASECRET", "minio", "=secret"));
    }
}
