package org.foldwise.registry.search;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection.Standing;
import org.foldwise.registry.StoredDigest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The stored searches of nested cross-validations. Each has the id of its experiment. */
@Component
public class Searches {
    private final JdbcClient database;

    Searches(JdbcClient database) {
        this.database = database;
    }

    /**
     * Stores a search, for good, with the experiment and before its runs.
     *
     * @param folds the outer folds, with their inner splits
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void store(UUID experiment, SearchDesign design, List<SearchFold> folds) {
        database.sql("insert into search (experiment_id, spec, planned_runs) values (?, cast(? as jsonb), ?)")
                .param(experiment)
                .param(design.spec())
                .param(Math.toIntExact(design.budget(folds.size()).runs()))
                .update();
        for (SearchCandidate candidate : design.candidates()) {
            database.sql(
                            """
                            insert into search_candidate (experiment_id, candidate, settings, plan, plan_digest)
                            values (?, ?, cast(? as jsonb), cast(? as jsonb), ?)
                            """)
                    .param(experiment)
                    .param(candidate.candidate())
                    .param(candidate.settings())
                    .param(candidate.plan())
                    .param(candidate.planDigest().hex())
                    .update();
        }
        for (Rung rung : design.rungs()) {
            database.sql(
                            "insert into search_rung (experiment_id, rung, epochs, candidates) values (:id, :rung, :epochs, :candidates)")
                    .param("id", experiment)
                    .param("rung", rung.index())
                    .param("epochs", rung.epochs())
                    .param("candidates", rung.candidates())
                    .update();
        }
        for (SearchFold fold : folds) {
            database.sql("insert into search_fold (experiment_id, fold, inner_split_id) values (?, ?, ?)")
                    .param(experiment)
                    .param(fold.fold())
                    .param(fold.innerSplitId())
                    .update();
        }
    }

    /** The search of an experiment as it was asked for, a JSON document; empty if it searches for nothing. */
    public Optional<String> spec(UUID experiment) {
        return database.sql("select spec from search where experiment_id = ?")
                .param(experiment)
                .query(String.class)
                .optional();
    }

    /** How many runs the search of an experiment will have had at most; empty if it searches for nothing. */
    public OptionalInt plannedRuns(UUID experiment) {
        return database.sql("select planned_runs from search where experiment_id = ?")
                .param(experiment)
                .query(Integer.class)
                .optional()
                .map(OptionalInt::of)
                .orElseGet(OptionalInt::empty);
    }

    /** All candidates, in order. */
    public List<SearchCandidate> candidates(UUID experiment) {
        return database.sql("select * from search_candidate where experiment_id = ? order by candidate")
                .param(experiment)
                .query(Searches::candidate)
                .list();
    }

    /**
     * One candidate.
     *
     * @throws java.util.NoSuchElementException if there is none of that number
     */
    public SearchCandidate candidate(UUID experiment, int candidate) {
        return database.sql("select * from search_candidate where experiment_id = ? and candidate = ?")
                .param(experiment)
                .param(candidate)
                .query(Searches::candidate)
                .optional()
                .orElseThrow();
    }

    /** All rungs, in order. */
    public List<Rung> rungs(UUID experiment) {
        return database.sql("select * from search_rung where experiment_id = ? order by rung")
                .param(experiment)
                .query((row, number) ->
                        new Rung(row.getInt("rung"), row.getObject("epochs", Integer.class), row.getInt("candidates")))
                .list();
    }

    /** All outer folds, in order. */
    public List<SearchFold> folds(UUID experiment) {
        return database.sql("select * from search_fold where experiment_id = ? order by fold")
                .param(experiment)
                .query((row, number) -> new SearchFold(row.getInt("fold"), row.getObject("inner_split_id", UUID.class)))
                .list();
    }

    /** Digest of the inner split of an outer fold, as it was when the search was submitted. */
    public Digest innerSplitDigest(UUID experiment, int fold) {
        return StoredDigest.of(
                database.sql("select inner_split_digest from search_fold where experiment_id = ? and fold = ?")
                        .param(experiment)
                        .param(fold)
                        .query(String.class)
                        .single());
    }

    /** Everything that rungs ended with so far, by fold and rung, the best first. */
    public List<SearchStanding> standings(UUID experiment) {
        return database.sql("select * from search_standing where experiment_id = ? order by fold, rung, place")
                .param(experiment)
                .query(Searches::standing)
                .list();
    }

    /** Writes how the candidates stood at the end of a rung, once. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(UUID experiment, int fold, int rung, List<Standing> standings) {
        for (Standing standing : standings) {
            database.sql(
                            """
                            insert into search_standing (experiment_id, fold, rung, candidate, mean_roc_auc, standard_deviation,
                                lost_because, place, kept)
                            values (:experiment, :fold, :rung, :candidate, :mean, :deviation, :lostBecause, :place, :kept)
                            """)
                    .param("experiment", experiment)
                    .param("fold", fold)
                    .param("rung", rung)
                    .param("candidate", standing.candidate())
                    .param("mean", standing.meanRocAuc())
                    .param("deviation", standing.standardDeviation())
                    .param("lostBecause", standing.lostBecause())
                    .param("place", standing.place())
                    .param("kept", standing.kept())
                    .update();
        }
    }

    /**
     * Writes that no more runs are to be made, in a transaction of its own: it waits for whoever is making some, and after it nobody
     * makes any. Does nothing for an experiment without a search.
     */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void requestCancellation(UUID experiment) {
        database.sql(
                        """
                        update search set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
                        where experiment_id = ?
                        """)
                .param(experiment)
                .update();
    }

    /** Whether no more runs are to be made. If they are, nobody can say otherwise before the caller's transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean isCancellationRequested(UUID experiment) {
        return database.sql("select cancel_requested_at is not null from search where experiment_id = ? for share")
                .param(experiment)
                .query(Boolean.class)
                .single();
    }

    private static SearchCandidate candidate(ResultSet row, int number) throws SQLException {
        return new SearchCandidate(
                row.getInt("candidate"),
                row.getString("settings"),
                row.getString("plan"),
                StoredDigest.of(row.getString("plan_digest")));
    }

    private static SearchStanding standing(ResultSet row, int number) throws SQLException {
        return new SearchStanding(
                row.getInt("fold"),
                row.getInt("rung"),
                new Standing(
                        row.getInt("candidate"),
                        row.getObject("mean_roc_auc", Double.class),
                        row.getObject("standard_deviation", Double.class),
                        row.getString("lost_because"),
                        row.getInt("place"),
                        row.getBoolean("kept")));
    }
}
