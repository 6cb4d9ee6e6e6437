package org.foldwise.registry.run;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.RecordTamperedException;
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

    private @Nullable Digest recordDigest;

    @Transient
    private boolean provenAsEnded;

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
        bindLaunched();
    }

    /** The run of what a search chose for an outer fold. */
    static Run outer(UUID id, UUID experimentId, int fold, int candidate, Instant createdAt) {
        Run run = new Run(id, experimentId, fold, createdAt);
        run.candidate = candidate;
        run.bindLaunched();
        return run;
    }

    /** A run of a search's candidate on an inner fold. */
    static Run inner(UUID id, UUID experimentId, int fold, int candidate, int rung, int innerFold, Instant createdAt) {
        Run run = outer(id, experimentId, fold, candidate, createdAt);
        run.rung = (short) rung;
        run.innerFold = (short) innerFold;
        run.bindLaunched();
        return run;
    }

    /** An ensemble whose members are still to be named, see {@link Ensembles}. */
    static Run ensemble(UUID id, UUID experimentId, int members, Instant createdAt) {
        Run run = new Run(id, experimentId, -1, createdAt);
        run.members = (short) members;
        run.bindLaunched();
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
        return said(bestEpoch);
    }

    /** Area under the ROC curve on the inner fold's held-out patients; absent unless it is an inner run and the area is defined. */
    public @Nullable Double heldOutRocAuc() {
        return said(heldOutRocAuc);
    }

    /** Absent unless the run failed. */
    public @Nullable FailureCode failureCode() {
        return said(failureCode);
    }

    /** Absent unless the run failed. */
    public @Nullable String failureDetail() {
        return said(failureDetail);
    }

    /** A JSON document: what the weights were made from; absent before the run has succeeded, and of an ensemble, whose members have one each. */
    public @Nullable String provenance() {
        return said(provenance);
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

    /**
     * Returns if the run, where it has ended, says what it said then, and has these members; of runs that ended before that was bound
     * everything is believed.
     *
     * @param made what it is made of, in order; nothing of a training
     * @throws RecordTamperedException if it says something else now
     */
    void requireAsEnded(List<EnsembleMember> made) {
        if (finishedAt == null || provenAsEnded) {
            return;
        }
        if (recordDigest != null && !recordDigest.equals(binding(made))) {
            throw new RecordTamperedException(
                    "Run " + id(), "its provenance, its figures or what it is made of is another than when it ended");
        }
        provenAsEnded = true;
    }

    /** A fact that comes with the end: nothing binds it before, and nothing of it is said. */
    private <T> @Nullable T said(@Nullable T fact) {
        requireTrainedAsEnded();
        return finishedAt == null ? null : fact;
    }

    /** Of an ensemble these facts are all absent, and its members are asked for where they are read, see {@link Ensembles#members}. */
    private void requireTrainedAsEnded() {
        if (!isEnsemble()) {
            requireAsEnded(List.of());
        }
    }

    /**
     * Returns if the run, where it has not ended, is to train what it was launched for: that fold of that experiment, and of a search that
     * candidate for that long; runs that were launched before that was bound are believed.
     *
     * @throws RecordTamperedException if it is to train something else now
     */
    public void requireAsLaunched() {
        if (finishedAt == null && recordDigest != null && !recordDigest.equals(launched())) {
            throw new RecordTamperedException(
                    "Run " + id(), "what it is to train is another than when it was launched");
        }
    }

    private void bindLaunched() {
        this.recordDigest = launched();
    }

    private Digest launched() {
        return place("launched run").fact("createdAt", createdAt).digest();
    }

    private RecordDigest place(String kind) {
        return RecordDigest.of(kind)
                .fact("id", id())
                .fact("experiment", experimentId)
                .fact("fold", fold)
                .fact("candidate", candidate)
                .fact("rung", rung)
                .fact("innerFold", innerFold)
                .fact("members", members);
    }

    private Digest binding(List<EnsembleMember> made) {
        RecordDigest facts = place("run")
                .fact("state", status)
                .fact("bestEpoch", bestEpoch)
                .number("heldOutRocAuc", heldOutRocAuc)
                .fact("failureCode", failureCode)
                .fact("failureDetail", failureDetail)
                .document("provenance", provenance)
                .fact("createdAt", createdAt)
                .fact("startedAt", startedAt)
                .fact("finishedAt", finishedAt);
        for (int position = 0; position < made.size(); position++) {
            EnsembleMember member = made.get(position);
            facts.fact("member " + position, member.run() + " " + member.weights());
        }
        return facts.digest();
    }

    private void end(Instant now, List<EnsembleMember> made) {
        this.finishedAt = now;
        this.recordDigest = binding(made);
    }

    /** A worker begins, or another goes on where the first was lost. */
    void start(Instant now) {
        if (status != RunStatus.RUNNING) {
            become(RunStatus.RUNNING);
            startedAt = now;
        }
    }

    void succeed(int bestEpoch, String provenance, Instant now) {
        succeed(bestEpoch, provenance, null, now);
    }

    /** The same, of an inner run with its figure. */
    void succeed(int bestEpoch, String provenance, @Nullable Double heldOutRocAuc, Instant now) {
        requireAsLaunched();
        become(RunStatus.SUCCEEDED);
        this.bestEpoch = bestEpoch;
        this.provenance = provenance;
        this.heldOutRocAuc = heldOutRocAuc;
        end(now, List.of());
    }

    /** An ensemble has all of its members, and is ready. */
    void assemble(List<EnsembleMember> made, Instant now) {
        if (!isEnsemble()) {
            throw new IllegalStateException(this + " is no ensemble");
        }
        start(now);
        become(RunStatus.SUCCEEDED);
        end(now, made);
    }

    void fail(FailureCode code, String detail, Instant now) {
        become(RunStatus.FAILED);
        this.failureCode = code;
        this.failureDetail = detail;
        end(now, List.of());
    }

    void cancel(Instant now) {
        become(RunStatus.CANCELLED);
        end(now, List.of());
    }

    private void become(RunStatus next) {
        if (!status.canBecome(next)) {
            throw new IllegalTransitionException(this, status, next);
        }
        status = next;
    }
}
