package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class StoredDigestTest {
    @Test
    void isReadAsItWasStored() {
        Digest digest = Digest.of("an image");

        assertThat(StoredDigest.of(digest.hex())).isEqualTo(digest);
    }

    @Test
    void whatIsNoneWasChangedPastThePlatform() {
        assertThatThrownBy(() -> StoredDigest.of("nonsense"))
                .isInstanceOf(RecordTamperedException.class)
                .hasMessageContaining("one of its digests is none")
                .hasMessageNotContaining("nonsense");
    }
}
