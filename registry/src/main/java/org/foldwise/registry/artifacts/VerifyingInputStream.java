package org.foldwise.registry.artifacts;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/** Computes the digest of what is read and compares it at the end. Skipping reads, too, and marks are not supported. */
final class VerifyingInputStream extends FilterInputStream {
    private final ArtifactKey expected;
    private final MessageDigest sha256 = Digest.newMessageDigest();
    private @Nullable ArtifactKey actual;

    VerifyingInputStream(InputStream bytes, ArtifactKey expected) {
        super(bytes);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value < 0) {
            verify();
        } else {
            sha256.update((byte) value);
        }
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count < 0) {
            verify();
        } else {
            sha256.update(buffer, offset, count);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] buffer = new byte[(int) Math.min(8192, Math.max(0, count))];
        int skipped = buffer.length == 0 ? 0 : read(buffer, 0, buffer.length);
        return Math.max(0, skipped);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void verify() throws CorruptArtifactException {
        if (actual == null) {
            actual = new ArtifactKey(Digest.finish(sha256));
        }
        if (!actual.equals(expected)) {
            throw new CorruptArtifactException(expected, actual);
        }
    }
}
