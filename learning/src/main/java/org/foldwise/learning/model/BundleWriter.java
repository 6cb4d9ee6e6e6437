package org.foldwise.learning.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.learning.json.BundleManifest;
import org.foldwise.learning.json.BundleManifestJson;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;

/** Writes bundles: a stored ZIP archive of {@code bundle.json} and {@code model.safetensors}. Equal bundles are equal bytes. */
public final class BundleWriter {
    private BundleWriter() {}

    /**
     * Writes a bundle; the stream is left open.
     *
     * @return the digest of all bytes written
     */
    public static Digest write(ModelBundle bundle, OutputStream out) throws IOException {
        byte[] weights = safetensors(bundle.weights());
        BundleManifest manifest = new BundleManifest(
                bundle.plan(),
                bundle.task(),
                bundle.classes(),
                bundle.preprocessing(),
                bundle.threshold(),
                bundle.provenance(),
                Digest.of(weights));
        MessageDigest sha256 = Digest.newMessageDigest();
        OutputStream digesting = new DigestOutputStream(out, sha256);
        new BundleArchive(BundleManifestJson.write(manifest), weights).writeTo(digesting);
        return Digest.finish(sha256);
    }

    private static byte[] safetensors(Weights weights) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            // "pt" tells Python's readers that names and layouts are PyTorch's
            new SafetensorsFile(weights, new TreeMap<>(Map.of("format", "pt"))).writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory refused bytes", e);
        }
        return bytes.toByteArray();
    }
}
