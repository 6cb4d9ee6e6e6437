package org.foldwise.api.prediction;

import java.util.Comparator;
import java.util.List;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelAlias;
import org.foldwise.registry.model.ModelAliases;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersionState;
import org.foldwise.registry.model.ModelVersions;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * From the name that a caller gives to the version that answers. In one transaction: an answer takes some milliseconds, and a transaction for each question to
 * the database would add to them.
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
    @Transactional(readOnly = true)
    public AskedVersion find(Caller caller, ModelReference reference) {
        Model model = visibility.model(caller, reference.name());
        return new AskedVersion(model, version(model, reference));
    }

    /**
     * The version of that number.
     *
     * @throws RefusedException if there is no such model or version for the caller
     */
    @Transactional(readOnly = true)
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
        return number == null ? newest(model) : visibility.modelVersion(model, number);
    }

    private ModelVersion newest(Model model) {
        List<ModelVersion> usable =
                versions.findByModelIdAndNumberGreaterThanOrderByNumber(model.id(), 0, Limit.unlimited()).stream()
                        .filter(version -> version.state() != ModelVersionState.WITHDRAWN)
                        .toList();
        return usable.stream()
                .max(Comparator.comparing((ModelVersion version) -> version.state() == ModelVersionState.RELEASED)
                        .thenComparing(ModelVersion::number))
                .orElseThrow(RefusedException::notFound);
    }
}
