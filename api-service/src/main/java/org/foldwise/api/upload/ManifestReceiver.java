package org.foldwise.api.upload;

import java.util.UUID;
import org.foldwise.learning.provenance.Digest;

/** Takes the manifests that archives bring; what they mean is a later stage's business. */
public interface ManifestReceiver {
    /** Whether the dataset's layout has a manifest. */
    boolean wantsManifest(UUID dataset);

    /**
     * Takes a manifest in the place of any earlier one.
     *
     * @param name its path within the archive; image paths in it are relative to its folder
     * @param content the artifact of its bytes
     */
    void receive(UUID dataset, String name, Digest content);
}
