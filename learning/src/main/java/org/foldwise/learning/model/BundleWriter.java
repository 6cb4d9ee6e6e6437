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
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        safetensors(bundle.weights()).writeTo(weights);
        byte[] weightBytes = weights.toByteArray();
        byte[] manifest = BundleManifestJson.write(manifest(bundle, Digest.of(weightBytes)));
        MessageDigest sha256 = Digest.newMessageDigest();
        OutputStream digesting = new DigestOutputStream(out, sha256);
        new BundleArchive(manifest, weightBytes).writeTo(digesting);
        return Digest.finish(sha256);
    }

    /** The manifest of a bundle, as {@code bundle.json} holds it. */
    static byte[] manifest(ModelBundle bundle) {
        MessageDigest sha256 = Digest.newMessageDigest();
        try (OutputStream digesting = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            safetensors(bundle.weights()).writeTo(digesting);
        } catch (IOException e) {
            throw new UncheckedIOException("a stream to nowhere refused bytes", e);
        }
        return BundleManifestJson.write(manifest(bundle, Digest.finish(sha256)));
    }

    private static BundleManifest manifest(ModelBundle bundle, Digest weights) {
        return BundleManifest.of(
                bundle.plan(),
                bundle.task(),
                bundle.classes(),
                bundle.preprocessing(),
                bundle.decision(),
                bundle.provenance(),
                weights);
    }

    private static SafetensorsFile safetensors(Weights weights) {
        // "pt" tells Python's readers that names and layouts are PyTorch's
        return new SafetensorsFile(weights, new TreeMap<>(Map.of("format", "pt")));
    }
}
