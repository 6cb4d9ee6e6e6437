package org.foldwise.learning.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.foldwise.learning.json.BundleManifest;
import org.foldwise.learning.json.BundleManifestJson;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;

/**
 * Reads bundles strictly: whatever {@link BundleWriter} would not have written is refused with {@link InvalidBundleException},
 * and nothing in a bundle is executed or believed before its digest is checked.
 */
public final class BundleReader {
    /** Far above the largest network here, and little enough to be held in memory. */
    static final int MAXIMUM_BYTES = 1 << 29;

    private BundleReader() {}

    /**
     * Reads a bundle to its end; the stream is left open.
     *
     * @throws IOException if the stream fails, which says nothing about the bundle
     */
    public static ModelBundle read(InputStream in) throws IOException {
        return read(in.readNBytes(MAXIMUM_BYTES + 1));
    }

    /** Reads a bundle. */
    public static ModelBundle read(byte[] bytes) {
        if (bytes.length > MAXIMUM_BYTES) {
            throw new InvalidBundleException("a bundle may have " + MAXIMUM_BYTES + " bytes at most");
        }
        BundleArchive archive = BundleArchive.read(bytes);
        BundleManifest manifest = manifest(archive.manifest());
        Digest found = Digest.of(archive.weights());
        if (!found.equals(manifest.weights())) {
            throw new InvalidBundleException(
                    "the weights' digest is " + found + ", the bundle promises " + manifest.weights());
        }
        Weights weights = weights(archive.weights());
        try {
            return new ModelBundle(
                    manifest.plan(),
                    manifest.task(),
                    manifest.classes(),
                    manifest.preprocessing(),
                    manifest.decision(),
                    manifest.provenance(),
                    weights);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException("the bundle's parts do not fit together: " + e.getMessage(), e);
        }
    }

    private static BundleManifest manifest(byte[] json) {
        try {
            return BundleManifestJson.read(json);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException("bundle.json: " + e.getMessage(), e);
        }
    }

    private static Weights weights(byte[] safetensors) {
        try {
            return SafetensorsFile.read(ByteBuffer.wrap(safetensors)).weights();
        } catch (InvalidSafetensorsException e) {
            throw new InvalidBundleException("model.safetensors: " + e.getMessage(), e);
        }
    }
}
