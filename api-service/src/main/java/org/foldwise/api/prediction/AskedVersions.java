package org.foldwise.api.prediction;

import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelAlias;
import org.foldwise.registry.model.ModelAliases;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersions;
import org.springframework.stereotype.Component;

/**
 * From the name that a caller gives to the version that answers. Two questions to the database and no transaction around them: an answer takes some
 * milliseconds, to which every journey to the database adds, and a version that is found a moment after its model is as good.
 */
@Component
class AskedVersions {
    private final Visibility visibility;
    private final ModelVersions versions;
    private final ModelAliases aliases;

    AskedVersions(Visibility visibility, ModelVersions versions, ModelAliases aliases) {
        this.visibility = visibility;
        this.versions = versions;
        this.aliases = aliases;
    }

    /**
     * The version that a reference stands for.
     *
     * @throws RefusedException if there is no such model, alias or version for the caller
     */
    public AskedVersion find(Caller caller, ModelReference reference) {
        Model model = visibility.model(caller, reference.name());
        return new AskedVersion(model, version(model, reference));
    }

    /**
     * The version of that number.
     *
     * @throws RefusedException if there is no such model or version for the caller
     */
    public AskedVersion find(Caller caller, String name, int version) {
        Model model = visibility.model(caller, name);
        return new AskedVersion(model, visibility.modelVersion(model, version));
    }

    private ModelVersion version(Model model, ModelReference reference) {
        String alias = reference.alias();
        Integer number = reference.version();
        if (alias != null) {
            number = aliases.find(model.id(), alias).map(ModelAlias::version).orElseThrow(RefusedException::notFound);
        }
        return number == null
                ? versions.findNewestUsable(model.id()).orElseThrow(RefusedException::notFound)
                : visibility.modelVersion(model, number);
    }
}
