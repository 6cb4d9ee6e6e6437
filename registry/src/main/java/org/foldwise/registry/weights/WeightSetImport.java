package org.foldwise.registry.weights;

import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes weight sets in, and those that nobody uses out again. */
@Component
public class WeightSetImport {
    private final ImportedWeightSets sets;
    private final JdbcClient database;
    private final Ids ids;
    private final DatabaseClock clock;

    WeightSetImport(ImportedWeightSets sets, JdbcClient database, Ids ids, DatabaseClock clock) {
        this.sets = sets;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Gives a file of weights its name. The artifact is stored before.
     *
     * @param importedBy the API key of whoever does it
     * @throws DataIntegrityViolationException if the name is taken
     */
    @Transactional
    public ImportedWeightSet take(ImportedWeightSet.Description description, UUID importedBy) {
        return sets.saveAndFlush(new ImportedWeightSet(ids.next(), description, importedBy, clock.now()));
    }

    /**
     * Forgets a weight set; its artifact is swept later.
     *
     * @throws WeightSetInUseException if an experiment begins with it
     */
    @Transactional
    public void remove(ImportedWeightSet set) {
        try {
            database.sql("delete from imported_weight_set where id = ?")
                    .param(set.id())
                    .update();
        } catch (DataIntegrityViolationException e) {
            throw new WeightSetInUseException(set.name(), e);
        }
    }
}
