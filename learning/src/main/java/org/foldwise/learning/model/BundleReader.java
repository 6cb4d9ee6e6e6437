package org.foldwise.learning.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.json.BundleManifest;
import org.foldwise.learning.json.BundleManifestJson;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;

/**
 * Reads bundles strictly: whatever {@link BundleWriter} would not have written is refused with {@link InvalidBundleException}, what one
 * of other rules for images wrote with {@link org.foldwise.learning.imaging.OtherPreprocessingException},
 * and nothing in a bundle is executed or believed before its digest is checked.
 */
public final class BundleReader {
    /** Far above the largest network here, and little enough to be held in memory; also of all networks of an ensemble together. */
    public static final int MAXIMUM_BYTES = 1 << 29;

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
        if (archive.weights().size() != manifest.members().size()) {
            throw new InvalidBundleException("the bundle promises "
                    + manifest.members().size() + " networks and holds the weights of "
                    + archive.weights().size());
        }
        try {
            List<ModelBundle.Member> members = new ArrayList<>();
            for (int i = 0; i < manifest.members().size(); i++) {
                members.add(member(
                        manifest.members().get(i),
                        archive.weights().get(i),
                        manifest.members().size() == 1 ? "model.safetensors" : "model-" + i + ".safetensors"));
            }
            return new ModelBundle(manifest.task(), manifest.classes(), manifest.decision(), members);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException("the bundle's parts do not fit together: " + e.getMessage(), e);
        }
    }

    private static ModelBundle.Member member(BundleManifest.Member manifest, byte[] safetensors, String file) {
        Digest found = Digest.of(safetensors);
        if (!found.equals(manifest.weights())) {
            throw new InvalidBundleException(
                    "the weights' digest is " + found + ", the bundle promises " + manifest.weights());
        }
        String run = manifest.run();
        return new ModelBundle.Member(
                run == null ? null : UUID.fromString(run),
                manifest.plan(),
                manifest.preprocessing(),
                manifest.provenance(),
                weights(safetensors, file));
    }

    private static BundleManifest manifest(byte[] json) {
        try {
            return BundleManifestJson.read(json);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException("bundle.json: " + e.getMessage(), e);
        }
    }

    private static Weights weights(byte[] safetensors, String file) {
        try {
            return SafetensorsFile.read(ByteBuffer.wrap(safetensors)).weights();
        } catch (InvalidSafetensorsException e) {
            throw new InvalidBundleException(file + ": " + e.getMessage(), e);
        }
    }
}
