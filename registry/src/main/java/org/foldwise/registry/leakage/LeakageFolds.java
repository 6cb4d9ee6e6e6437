package org.foldwise.registry.leakage;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.registry.LowerCamelCase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was kept of the finished trainings of leakage experiments. */
@Component
public class LeakageFolds {
    private final JdbcClient database;

    LeakageFolds(JdbcClient database) {
        this.database = database;
    }

    /** The JSON documents of an experiment's finished folds, as they were reported, in no particular order. */
    public List<String> of(UUID experiment) {
        return database.sql("select scores from leakage_fold where leakage_experiment_id = ?")
                .param(experiment)
                .query(String.class)
                .list();
    }

    void insert(UUID experiment, FoldLevel level, int fold, String scores) {
        database.sql(
                        """
                        insert into leakage_fold (leakage_experiment_id, level, fold, scores)
                        values (?, ?, ?, cast(? as jsonb))
                        """)
                .param(experiment)
                .param(LowerCamelCase.of(level))
                .param(fold)
                .param(scores)
                .update();
    }
}
