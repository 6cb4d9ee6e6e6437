package org.foldwise.registry.evaluation;

import jakarta.persistence.Entity;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A judgement of a run or of a whole cross-validation on some images. Its job has the same id. The threshold rule and the report are
 * JSON documents that the registry does not look into.
 */
@Entity
public class Evaluation extends Aggregate {
    private @Nullable UUID runId;
    private @Nullable UUID experimentId;
    private @Nullable UUID datasetId;
    private Subset subset;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String thresholdRule;

    private RecalibrationMethod recalibrationMethod;
    private @Nullable Double coverage;
    private @Nullable String reason;
    private @Nullable SharedPatients sharedPatients;
    private EvaluationState state;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String report;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String subgroups;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String errorReview;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String predictionSets;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String recalibrationEffect;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String patientReport;

    private @Nullable Digest casesDigest;
    private @Nullable String failure;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    private @Nullable Digest recordDigest;

    @Formula("(select count(*) from test_opening o where o.evaluation_id = id)")
    private int openings;

    @Transient
    private boolean provenAsEnded;

    @Formula("(select count(*) from withdrawal_evaluation w where w.evaluation_id = id)")
    private int withdrawals;

    @Version
    private long version;

    Evaluation() {}

    private Evaluation(UUID id, Subset subset, Instant createdAt) {
        super(id);
        this.subset = subset;
        this.recalibrationMethod = RecalibrationMethod.NONE;
        this.state = EvaluationState.QUEUED;
        this.createdAt = createdAt;
    }

    static Evaluation ofValidation(
            UUID id,
            UUID runId,
            @Nullable String thresholdRule,
            RecalibrationMethod recalibrationMethod,
            @Nullable Double coverage,
            Instant createdAt) {
        if (coverage != null) {
            PredictionSets.requireCoverage(coverage);
        }
        Evaluation evaluation = new Evaluation(id, Subset.VALIDATION, createdAt);
        evaluation.runId = runId;
        evaluation.thresholdRule = thresholdRule;
        evaluation.recalibrationMethod = recalibrationMethod;
        evaluation.coverage = coverage;
        return evaluation;
    }

    static Evaluation outOfFold(UUID id, UUID experimentId, @Nullable String thresholdRule, Instant createdAt) {
        Evaluation evaluation = new Evaluation(id, Subset.OUT_OF_FOLD, createdAt);
        evaluation.experimentId = experimentId;
        evaluation.thresholdRule = thresholdRule;
        return evaluation;
    }

    static Evaluation ofTest(UUID id, UUID runId, String reason, Instant createdAt) {
        Evaluation evaluation = new Evaluation(id, Subset.TEST, createdAt);
        evaluation.runId = runId;
        evaluation.reason = reason;
        return evaluation;
    }

    static Evaluation external(
            UUID id,
            UUID runId,
            UUID datasetId,
            SharedPatients sharedPatients,
            @Nullable String reason,
            Instant createdAt) {
        Evaluation evaluation = new Evaluation(id, Subset.EXTERNAL, createdAt);
        evaluation.runId = runId;
        evaluation.datasetId = datasetId;
        evaluation.sharedPatients = sharedPatients;
        evaluation.reason = reason;
        return evaluation;
    }

    /** The run that is judged; absent for {@link Subset#OUT_OF_FOLD}. */
    public @Nullable UUID runId() {
        return runId;
    }

    /** The cross-validation that is judged; absent for other subsets than {@link Subset#OUT_OF_FOLD}. */
    public @Nullable UUID experimentId() {
        return experimentId;
    }

    /** The external dataset; absent for other subsets than {@link Subset#EXTERNAL}. */
    public @Nullable UUID datasetId() {
        return datasetId;
    }

    public Subset subset() {
        return subset;
    }

    /** A JSON document: the rule that chooses the threshold; absent where the run's frozen threshold is used, and where the most probable
     * of several exclusive classes is taken. */
    public @Nullable String thresholdRule() {
        return thresholdRule;
    }

    /** How probabilities are recalibrated before the threshold is chosen; none but in validations. */
    public RecalibrationMethod recalibrationMethod() {
        return recalibrationMethod;
    }

    /** How often the truth is to be among the classes of a prediction set; absent where there are to be none, and but in validations. */
    public @Nullable Double coverage() {
        return coverage;
    }

    public @Nullable String reason() {
        return reason;
    }

    /** Absent for other subsets than {@link Subset#EXTERNAL}. */
    public @Nullable SharedPatients sharedPatients() {
        return sharedPatients;
    }

    public EvaluationState state() {
        return state;
    }

    /** A JSON document; absent before the evaluation has succeeded. */
    public @Nullable String report() {
        requireAsEnded();
        // nothing binds it before the end
        return finishedAt == null ? null : report;
    }

    /** A JSON document: the figures of parts of the cases; absent before they have been computed. */
    public @Nullable String subgroups() {
        requireAsEnded();
        return subgroups;
    }

    /** A JSON document: the cases to look at; absent before they have been looked for. */
    public @Nullable String errorReview() {
        requireAsEnded();
        return errorReview;
    }

    /** A JSON document: what the run's prediction sets do on these images; absent where it has none, and but of test and external images. */
    public @Nullable String predictionSets() {
        requireAsEnded();
        return predictionSets;
    }

    /** A JSON document: what the run's recalibration does to figures of these images; absent where it has none, and but of test and external images. */
    public @Nullable String recalibrationEffect() {
        requireAsEnded();
        return recalibrationEffect;
    }

    /** A JSON document: the figures of patients; absent before they have been computed, and of evaluations from before there were any. */
    public @Nullable String patientReport() {
        requireAsEnded();
        return patientReport;
    }

    /** The artifact with the scored cases behind the report; absent before the evaluation has succeeded. */
    public @Nullable ArtifactKey cases() {
        requireAsEnded();
        return casesDigest == null ? null : new ArtifactKey(casesDigest);
    }

    /** Why the evaluation failed; absent unless it did. */
    public @Nullable String failure() {
        requireAsEnded();
        return failure;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant finishedAt() {
        return finishedAt;
    }

    /** How many of the patients whom its figures rest on were withdrawn; their cases are gone, the figures are those from before. */
    public int withdrawals() {
        return withdrawals;
    }

    public long version() {
        return version;
    }

    /**
     * Returns if the evaluation, where it has ended, says what it said then; of evaluations that ended before that was bound everything is
     * believed. Whatever tells a result asks this first.
     *
     * @throws RecordTamperedException if it says something else now, or is an opening of a test subset that is not counted
     */
    public void requireAsEnded() {
        if (finishedAt == null || provenAsEnded) {
            return;
        }
        if (!isBound()) {
            throw new RecordTamperedException(
                    "Evaluation " + id(), "what it was asked, its figures or its cases are others than when it ended");
        }
        requireOpened();
        provenAsEnded = true;
    }

    /**
     * Returns if the evaluation is none of a test subset, or is counted as an opening of it.
     *
     * @throws RecordTamperedException if it is not counted
     */
    public void requireOpened() {
        if (subset == Subset.TEST && openings != 1) {
            throw new RecordTamperedException(
                    "Evaluation " + id(),
                    "it is of a locked test subset, and its opening is not among those that are counted");
        }
    }

    /**
     * What binds the evaluation once a withdrawal has taken cases out of it; absent where nothing binds it. One that was changed past the platform
     * stays so: its digest fits neither before nor after.
     *
     * @param cases the artifact with the cases that are left
     * @param errorReview a JSON document, the cases to look at that are left
     */
    public @Nullable Digest boundWithout(ArtifactKey cases, @Nullable String errorReview) {
        return recordDigest == null || !isBound() ? recordDigest : binding(cases.digest(), errorReview);
    }

    private boolean isBound() {
        return recordDigest == null || recordDigest.equals(binding(casesDigest, errorReview));
    }

    private Digest binding(@Nullable Digest cases, @Nullable String reviewed) {
        return RecordDigest.of("evaluation")
                .fact("id", id())
                .fact("run", runId)
                .fact("experiment", experimentId)
                .fact("dataset", datasetId)
                .fact("subset", subset)
                .document("thresholdRule", thresholdRule)
                .fact("recalibrationMethod", recalibrationMethod)
                .number("coverage", coverage)
                .fact("reason", reason)
                .fact("sharedPatients", sharedPatients)
                .fact("state", state)
                .document("report", report)
                .document("subgroups", subgroups)
                .document("errorReview", reviewed)
                .document("predictionSets", predictionSets)
                .document("recalibrationEffect", recalibrationEffect)
                .document("patientReport", patientReport)
                .fact("cases", cases)
                .fact("failure", failure)
                .fact("createdAt", createdAt)
                .fact("finishedAt", finishedAt)
                .digest();
    }

    /** A worker begins, or another goes on where the first was lost. */
    void start() {
        if (state != EvaluationState.RUNNING) {
            become(EvaluationState.RUNNING);
        }
    }

    void review(String subgroups, String errorReview) {
        if (state != EvaluationState.RUNNING) {
            throw new IllegalStateException(
                    "evaluation " + id() + " is " + state + ", and only a running one is reviewed");
        }
        this.subgroups = subgroups;
        this.errorReview = errorReview;
    }

    void judgePatients(String patientReport) {
        if (state != EvaluationState.RUNNING) {
            throw new IllegalStateException(
                    "evaluation " + id() + " is " + state + ", and only a running one judges patients");
        }
        this.patientReport = patientReport;
    }

    void cover(String predictionSets) {
        requireRunningOnOtherImages("prediction sets");
        this.predictionSets = predictionSets;
    }

    void tellOfRecalibration(String recalibrationEffect) {
        requireRunningOnOtherImages("a recalibration");
        this.recalibrationEffect = recalibrationEffect;
    }

    private void requireRunningOnOtherImages(String toTellOf) {
        if (state != EvaluationState.RUNNING || !(subset == Subset.TEST || subset == Subset.EXTERNAL)) {
            throw new IllegalStateException("evaluation " + id() + " of " + subset + " is " + state
                    + ", and only a running one of test or external images tells of " + toTellOf);
        }
    }

    void succeed(String report, ArtifactKey cases, Instant now) {
        become(EvaluationState.SUCCEEDED);
        this.report = report;
        this.casesDigest = cases.digest();
        end(now);
    }

    void fail(String failure, Instant now) {
        become(EvaluationState.FAILED);
        this.failure = failure;
        end(now);
    }

    private void end(Instant now) {
        this.finishedAt = now;
        this.recordDigest = binding(casesDigest, errorReview);
        // its opening was counted when it was asked for, which a new aggregate has not read
        this.provenAsEnded = true;
    }

    private void become(EvaluationState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
