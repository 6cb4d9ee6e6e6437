package org.foldwise.registry.model;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.model.ModelRefusedException.Cause;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The aliases of models. */
@Component
public class ModelAliases {
    private final JdbcClient database;
    private final Models models;
    private final ModelVersions versions;

    ModelAliases(JdbcClient database, Models models, ModelVersions versions) {
        this.database = database;
        this.models = models;
        this.versions = versions;
    }

    /** A model's aliases, in the order of their names. */
    public List<ModelAlias> ofModel(UUID modelId) {
        return database.sql("select * from model_alias where model_id = ? order by alias collate \"C\"")
                .param(modelId)
                .query(ModelAliases::alias)
                .list();
    }

    public Optional<ModelAlias> find(UUID modelId, String alias) {
        return database.sql("select * from model_alias where model_id = ? and alias = ?")
                .param(modelId)
                .param(alias)
                .query(ModelAliases::alias)
                .optional();
    }

    /**
     * Points an alias at a version.
     *
     * @param expectedRowVersion what the caller saw last; absent if the alias is to be made
     * @throws java.util.NoSuchElementException if there is no such model or version
     * @throws ModelRefusedException if the version was withdrawn
     * @throws StaleAliasException if the alias is not as the caller saw it last
     */
    @Transactional
    public ModelAlias point(UUID modelId, String alias, int version, @Nullable Long expectedRowVersion) {
        Model model = models.lock(modelId).orElseThrow();
        ModelVersion target =
                versions.findByModelIdAndNumber(model.id(), version).orElseThrow();
        if (target.state() == ModelVersionState.WITHDRAWN) {
            throw new ModelRefusedException(Cause.WITHDRAWN, target + " was withdrawn");
        }
        int written = expectedRowVersion == null
                ? insert(modelId, alias, version)
                : update(modelId, alias, version, expectedRowVersion);
        if (written != 1) {
            throw new StaleAliasException(alias);
        }
        return find(modelId, alias).orElseThrow();
    }

    private int insert(UUID modelId, String alias, int version) {
        return database.sql(
                        """
                        insert into model_alias (model_id, alias, version, row_version) values (?, ?, ?, 0)
                        on conflict do nothing
                        """)
                .param(modelId)
                .param(alias)
                .param(version)
                .update();
    }

    private int update(UUID modelId, String alias, int version, long expectedRowVersion) {
        return database.sql(
                        """
                        update model_alias set version = ?, row_version = row_version + 1
                        where model_id = ? and alias = ? and row_version = ?
                        """)
                .param(version)
                .param(modelId)
                .param(alias)
                .param(expectedRowVersion)
                .update();
    }

    private static ModelAlias alias(ResultSet row, int number) throws SQLException {
        return new ModelAlias(
                row.getObject("model_id", UUID.class),
                row.getString("alias"),
                row.getInt("version"),
                row.getLong("row_version"));
    }
}
