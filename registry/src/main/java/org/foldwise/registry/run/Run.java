package org.foldwise.registry.run;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * One training of an experiment's plan, or of a candidate of its search, on one fold, whose job has the same id; or an ensemble of such
 * trainings, which has no job.
 */
@Entity
public class Run extends Aggregate {
    private UUID experimentId;
    private short fold;
    private @Nullable Integer candidate;
    private @Nullable Short rung;
    private @Nullable Short innerFold;
    private @Nullable Short members;

    @Column(name = "state")
    private RunStatus status;

    private @Nullable Integer bestEpoch;
    private @Nullable Double heldOutRocAuc;
    private @Nullable FailureCode failureCode;
    private @Nullable String failureDetail;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String provenance;

    private Instant createdAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;

    @Formula(
            """
            (select count(distinct w.withdrawal_id) from withdrawal_run w
            where w.run_id = id and w.role in ('train', 'validation'))
            """)
    private int withdrawals;

    @Version
    private long version;

    Run() {}

    Run(UUID id, UUID experimentId, int fold, Instant createdAt) {
        super(id);
        this.experimentId = experimentId;
        this.fold = (short) fold;
        this.status = RunStatus.QUEUED;
        this.createdAt = createdAt;
    }

    /** The run of what a search chose for an outer fold. */
    static Run outer(UUID id, UUID experimentId, int fold, int candidate, Instant createdAt) {
        Run run = new Run(id, experimentId, fold, createdAt);
        run.candidate = candidate;
        return run;
    }

    /** A run of a search's candidate on an inner fold. */
    static Run inner(UUID id, UUID experimentId, int fold, int candidate, int rung, int innerFold, Instant createdAt) {
        Run run = outer(id, experimentId, fold, candidate, createdAt);
        run.rung = (short) rung;
        run.innerFold = (short) innerFold;
        return run;
    }

    /** An ensemble whose members are still to be named, see {@link Ensembles}. */
    static Run ensemble(UUID id, UUID experimentId, int members, Instant createdAt) {
        Run run = new Run(id, experimentId, -1, createdAt);
        run.members = (short) members;
        return run;
    }

    public UUID experimentId() {
        return experimentId;
    }

    /** Index of the fold, {@code -1} for the development fold and of an ensemble; of an inner run, that of the outer fold. */
    public int fold() {
        return fold;
    }

    /** The search's candidate whose plan it trains; absent where that is the experiment's own plan. */
    public @Nullable Integer candidate() {
        return candidate;
    }

    /** Whether it only helps a search to choose. */
    public boolean isInner() {
        return innerFold != null;
    }

    /** The rung of the search that it belongs to; absent unless it is an inner run. */
    public @Nullable Integer rung() {
        return rung == null ? null : (Integer) rung.intValue();
    }

    /** Index of the inner fold; absent unless it is an inner run. */
    public @Nullable Integer innerFold() {
        return innerFold == null ? null : (Integer) innerFold.intValue();
    }

    /** Whether it trained nothing and answers with the mean of what its members answer. */
    public boolean isEnsemble() {
        return members != null;
    }

    public RunStatus status() {
        return status;
    }

    /** The epoch whose weights were kept, 0 for the first; absent before the run has succeeded, and of an ensemble. */
    public @Nullable Integer bestEpoch() {
        return bestEpoch;
    }

    /** Area under the ROC curve on the inner fold's held-out patients; absent unless it is an inner run and the area is defined. */
    public @Nullable Double heldOutRocAuc() {
        return heldOutRocAuc;
    }

    /** Absent unless the run failed. */
    public @Nullable FailureCode failureCode() {
        return failureCode;
    }

    /** Absent unless the run failed. */
    public @Nullable String failureDetail() {
        return failureDetail;
    }

    /** A JSON document: what the weights were made from; absent before the run has succeeded, and of an ensemble, whose members have one each. */
    public @Nullable String provenance() {
        return provenance;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant startedAt() {
        return startedAt;
    }

    public @Nullable Instant finishedAt() {
        return finishedAt;
    }

    /** How many of the patients whom it learned from, in training or in validation, were withdrawn. */
    public int withdrawals() {
        return withdrawals;
    }

    public long version() {
        return version;
    }

    /** A worker begins, or another goes on where the first was lost. */
    void start(Instant now) {
        if (status != RunStatus.RUNNING) {
            become(RunStatus.RUNNING);
            startedAt = now;
        }
    }

    void succeed(int bestEpoch, String provenance, Instant now) {
        become(RunStatus.SUCCEEDED);
        this.bestEpoch = bestEpoch;
        this.provenance = provenance;
        this.finishedAt = now;
    }

    /** Ends an inner run. */
    void succeed(int bestEpoch, String provenance, @Nullable Double heldOutRocAuc, Instant now) {
        succeed(bestEpoch, provenance, now);
        this.heldOutRocAuc = heldOutRocAuc;
    }

    /** An ensemble has all of its members, and is ready. */
    void assemble(Instant now) {
        if (!isEnsemble()) {
            throw new IllegalStateException(this + " is no ensemble");
        }
        start(now);
        become(RunStatus.SUCCEEDED);
        this.finishedAt = now;
    }

    void fail(FailureCode code, String detail, Instant now) {
        become(RunStatus.FAILED);
        this.failureCode = code;
        this.failureDetail = detail;
        this.finishedAt = now;
    }

    void cancel(Instant now) {
        become(RunStatus.CANCELLED);
        this.finishedAt = now;
    }

    private void become(RunStatus next) {
        if (!status.canBecome(next)) {
            throw new IllegalTransitionException(this, status, next);
        }
        status = next;
    }
}
