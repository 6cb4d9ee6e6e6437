package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.WeightSetSpec;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class WeightSetSpecJsonTest {
    private static final String SHA256 = Digest.of("weights").hex();

    @Test
    void readsWhatAnOperatorSays() {
        assertThat(WeightSetSpecJson.read(
                        """
                        {"backbone": "densenet121", "file": "radnet.pth", "sha256": "%s",
                         "mapping": [{"from": "encoder.0.", "to": "conv1."}, {"from": "encoder.", "to": ""}],
                         "ignoreUnexpected": true, "listedIn": "the radiology group's share"}
                        """
                                .formatted(SHA256)))
                .isEqualTo(new WeightSetSpec(
                        BackboneName.DENSENET121,
                        "radnet.pth",
                        SHA256,
                        List.of(
                                new WeightSetSpec.Renaming("encoder.0.", "conv1."),
                                new WeightSetSpec.Renaming("encoder.", "")),
                        true,
                        "the radiology group's share"));
        assertThat(WeightSetSpecJson.read(
                        "{\"backbone\": \"resnet18\", \"file\": \"a\", \"sha256\": \"%s\"}".formatted(SHA256)))
                .isEqualTo(new WeightSetSpec(BackboneName.RESNET18, "a", SHA256, null, null, null));
    }

    @Test
    void reportsAllMistakesAtOnce() {
        InvalidPlanException refused = catchThrowableOfType(
                InvalidPlanException.class,
                () -> WeightSetSpecJson.read(
                        """
                        {"backbone": "vgg16", "file": "../radnet.pth", "sha256": "ABC", "mappings": [], "listedIn": " ",
                         "mapping": [{"from": "", "to": "conv1."}, {"from": "a"}], "ignoreUnexpected": "yes"}
                        """));
        assertThat(refused.mistakes())
                .extracting(Mistake::pointer)
                .containsExactlyInAnyOrder(
                        "/mappings",
                        "/backbone",
                        "/file",
                        "/sha256",
                        "/listedIn",
                        "/mapping/0/from",
                        "/mapping/1/to",
                        "/ignoreUnexpected");
        assertThat(refused.mistakes())
                .extracting(Mistake::pointer, Mistake::detail)
                .contains(
                        tuple("/sha256", "must be 64 lower-case hexadecimal digits, was 'ABC'"),
                        tuple("/ignoreUnexpected", "must be true or false, was 'yes'"));
        InvalidPlanException twice = catchThrowableOfType(
                InvalidPlanException.class,
                () -> WeightSetSpecJson.read(
                        "{\"backbone\": \"resnet18\", \"file\": \"a\", \"sha256\": \"%s\", \"mapping\":"
                                        .formatted(SHA256)
                                + " [{\"from\": \"a.\", \"to\": \"\"}, {\"from\": \"a.\", \"to\": \"b.\"}]}"));
        assertThat(twice.mistakes())
                .containsExactly(new Mistake("/mapping", "must name each beginning once, names again [a.]"));
        assertThat(catchThrowableOfType(InvalidPlanException.class, () -> WeightSetSpecJson.read("[]")))
                .hasMessageContaining("must be an object");
    }
}
