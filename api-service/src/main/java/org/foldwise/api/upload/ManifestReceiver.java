package org.foldwise.api.upload;

import java.util.UUID;
import org.foldwise.learning.provenance.Digest;

/** Takes the manifests that archives bring, and says what the dataset asks of uploads; both are a later stage's business. */
public interface ManifestReceiver {
    /** Whether the dataset's layout has a manifest. */
    boolean wantsManifest(UUID dataset);

    /** What the dataset asks of image files. */
    ImageDemands demands(UUID dataset);

    /**
     * What is to be kept of a manifest: all of it, or, where it names patients, keys and labels with pseudonyms.
     *
     * @throws org.foldwise.api.problem.RefusedException if it cannot be read
     */
    byte[] kept(UUID dataset, byte[] content);

    /**
     * Takes a manifest in the place of any earlier one.
     *
     * @param name its path within the archive; image paths in it are relative to its folder
     * @param content the artifact of its bytes
     */
    void receive(UUID dataset, String name, Digest content);
}
