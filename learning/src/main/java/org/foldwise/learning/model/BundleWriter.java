package org.foldwise.learning.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.learning.json.BundleManifest;
import org.foldwise.learning.json.BundleManifestJson;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;

/**
 * Writes bundles: a stored ZIP archive of {@code bundle.json} and {@code model.safetensors}, of an ensemble {@code
 * model-0.safetensors} and so on. Equal bundles are equal bytes.
 */
public final class BundleWriter {
    private BundleWriter() {}

    /**
     * Writes a bundle; the stream is left open.
     *
     * @return the digest of all bytes written
     */
    public static Digest write(ModelBundle bundle, OutputStream out) throws IOException {
        List<byte[]> weights = new ArrayList<>();
        for (ModelBundle.Member member : bundle.members()) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            safetensors(member.weights()).writeTo(file);
            weights.add(file.toByteArray());
        }
        byte[] manifest = BundleManifestJson.write(
                manifest(bundle, weights.stream().map(Digest::of).toList()));
        MessageDigest sha256 = Digest.newMessageDigest();
        OutputStream digesting = new DigestOutputStream(out, sha256);
        new BundleArchive(manifest, weights).writeTo(digesting);
        return Digest.finish(sha256);
    }

    /** The manifest of a bundle, as {@code bundle.json} holds it. */
    static byte[] manifest(ModelBundle bundle) {
        return BundleManifestJson.write(manifest(
                bundle,
                bundle.members().stream()
                        .map(member -> digest(member.weights()))
                        .toList()));
    }

    private static Digest digest(Weights weights) {
        MessageDigest sha256 = Digest.newMessageDigest();
        try (OutputStream digesting = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            safetensors(weights).writeTo(digesting);
        } catch (IOException e) {
            throw new UncheckedIOException("a stream to nowhere refused bytes", e);
        }
        return Digest.finish(sha256);
    }

    private static BundleManifest manifest(ModelBundle bundle, List<Digest> weights) {
        List<BundleManifest.Member> members = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            ModelBundle.Member member = bundle.members().get(i);
            UUID run = member.run();
            members.add(new BundleManifest.Member(
                    run == null ? null : run.toString(),
                    member.plan(),
                    member.preprocessing(),
                    member.provenance(),
                    weights.get(i)));
        }
        return BundleManifest.of(bundle.task(), bundle.classes(), bundle.decision(), members);
    }

    private static SafetensorsFile safetensors(Weights weights) {
        // "pt" tells Python's readers that names and layouts are PyTorch's
        return new SafetensorsFile(weights, new TreeMap<>(Map.of("format", "pt")));
    }
}
