package org.foldwise.registry.model;

import java.util.UUID;
import org.foldwise.registry.model.ModelRefusedException.Cause;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Releases and withdraws model versions. */
@Component
public class ModelRelease {
    private final Models models;
    private final ModelVersions versions;
    private final ModelAliases aliases;

    ModelRelease(Models models, ModelVersions versions, ModelAliases aliases) {
        this.models = models;
        this.versions = versions;
        this.aliases = aliases;
    }

    /**
     * Approves a candidate for use.
     *
     * @throws java.util.NoSuchElementException if there is no such version
     * @throws org.foldwise.registry.IllegalTransitionException if it is no candidate
     * @throws ModelRefusedException if it learned from a patient who was withdrawn
     */
    @Transactional
    public ModelVersion release(UUID versionId) {
        ModelVersion version = versions.findById(versionId).orElseThrow();
        if (version.withdrawals() > 0) {
            throw new ModelRefusedException(
                    Cause.DATA_WITHDRAWN, "patients whom " + version + " learned from were withdrawn");
        }
        version.release();
        return version;
    }

    /**
     * Takes a version out of use for good.
     *
     * @throws java.util.NoSuchElementException if there is no such version
     * @throws org.foldwise.registry.IllegalTransitionException if it was withdrawn before
     * @throws ModelRefusedException if an alias points at it
     */
    @Transactional
    public ModelVersion withdraw(UUID versionId) {
        ModelVersion version = versions.findById(versionId).orElseThrow();
        Model model = models.lock(version.modelId()).orElseThrow();
        boolean aliased = aliases.ofModel(model.id()).stream().anyMatch(alias -> alias.version() == version.number());
        if (aliased) {
            throw new ModelRefusedException(Cause.ALIASED, "an alias points at " + version);
        }
        version.withdraw();
        return version;
    }
}
