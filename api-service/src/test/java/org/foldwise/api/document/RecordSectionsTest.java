package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordSectionsTest {
    private static Training training(int fold, String precision, @Nullable String path) {
        Provenance provenance = new Provenance(
                Digest.of("d"),
                Digest.of("s"),
                Digest.of("p"),
                fold,
                42,
                null,
                new TreeMap<>(),
                "cpu()",
                2,
                precision,
                "as planned",
                path,
                path == null ? null : "a test wants it",
                "float32",
                "as planned",
                new Provenance.Normalisation(List.of(0.449), List.of(0.226)));
        return new Training(new UUID(0, fold), fold, "succeeded", 1, provenance, List.of());
    }

    @Test
    void seesFoldsThatWereComputedByDifferentPaths() {
        Training kernels = training(0, "float32", "kernels");
        Training blocks = training(1, "float32", "blocks");
        Training before = training(2, "float32", null);
        Training unfinished = new Training(new UUID(0, 3), 3, "failed", null, null, List.of());

        assertThat(RecordSections.differInPath(List.of(kernels, blocks))).isTrue();
        assertThat(RecordSections.differInPath(List.of(before, blocks))).isTrue();
        assertThat(RecordSections.differInPath(List.of(kernels, before, unfinished)))
                .isFalse();
        assertThat(RecordSections.differInPath(List.of(blocks, unfinished))).isFalse();
        assertThat(RecordSections.differInPrecision(List.of(kernels, blocks))).isFalse();
        assertThat(RecordSections.differInPrecision(List.of(kernels, training(1, "bfloat16", "kernels"))))
                .isTrue();
    }
}
