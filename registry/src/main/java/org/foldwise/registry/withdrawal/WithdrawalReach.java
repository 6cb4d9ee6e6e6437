package org.foldwise.registry.withdrawal;

import java.util.List;
import java.util.SortedSet;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.model.ModelVersionState;

/**
 * All that a patient's data were part of.
 *
 * @param datasets frozen datasets, which are not whole any more
 * @param splits all splits of those datasets
 * @param runs in whose fold the patient had a role
 * @param evaluations whose figures rest on images of the patient
 * @param versions whose weights learned from the patient, in training or in validation
 * @param draftImages number of images taken out of drafts
 * @param unreadDrafts drafts whose manifest speaks of the patient where it cannot be read, and which may have further images of the
 *     patient
 * @param predictions number of recorded answers to images that are erased
 * @param contents digests of the files that held data of the patient and that nothing else needs: images, documents of scored
 *     cases, manifests
 */
public record WithdrawalReach(
        List<TouchedDataset> datasets,
        List<UUID> splits,
        List<TouchedRun> runs,
        List<TouchedEvaluation> evaluations,
        List<TouchedVersion> versions,
        int draftImages,
        List<UUID> unreadDrafts,
        int predictions,
        List<Digest> contents) {
    public WithdrawalReach {
        datasets = List.copyOf(datasets);
        splits = List.copyOf(splits);
        runs = List.copyOf(runs);
        evaluations = List.copyOf(evaluations);
        versions = List.copyOf(versions);
        unreadDrafts = List.copyOf(unreadDrafts);
        contents = List.copyOf(contents);
    }

    /**
     * A frozen dataset.
     *
     * @param patients 1, unless it knew the patient under several keys
     * @param images number of the patient's images
     */
    public record TouchedDataset(UUID id, int patients, int images) {}

    /**
     * A run.
     *
     * @param roles that the patient had in its fold; one, unless the dataset knew the patient under several keys, or it is an
     *     ensemble of several folds
     */
    public record TouchedRun(UUID id, SortedSet<Role> roles) {}

    /**
     * An evaluation.
     *
     * @param cases number of stored cases that were the patient's
     */
    public record TouchedEvaluation(UUID id, int cases) {}

    /** A model version, and its state now. */
    public record TouchedVersion(UUID id, String model, int version, ModelVersionState state) {}
}
