package org.foldwise.api.withdrawal;

import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.api.upload.Pseudonyms;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.upkeep.ArtifactSweep;
import org.foldwise.registry.withdrawal.PatientWithdrawal;
import org.foldwise.registry.withdrawal.Withdrawal;
import org.foldwise.registry.withdrawal.WithdrawalRefusedException;
import org.foldwise.registry.withdrawal.Withdrawals;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Idempotency-Key is not offered here: the digest of a request would be kept, and the few keys of a hospital can be tried out. */
@RestController
@RequestMapping("/api/v1/projects/{id}/withdrawals")
@Tag(name = "Withdrawals", description = "Patients whose data are taken out of a project.")
class WithdrawalController {
    private final Visibility visibility;
    private final PatientWithdrawal withdrawal;
    private final Withdrawals withdrawals;
    private final Pseudonyms pseudonyms;
    private final ArtifactStore artifacts;
    private final ArtifactSweep sweep;

    WithdrawalController(
            Visibility visibility,
            PatientWithdrawal withdrawal,
            Withdrawals withdrawals,
            Pseudonyms pseudonyms,
            ArtifactStore artifacts,
            ArtifactSweep sweep) {
        this.visibility = visibility;
        this.withdrawal = withdrawal;
        this.withdrawals = withdrawals;
        this.pseudonyms = pseudonyms;
        this.artifacts = artifacts;
        this.sweep = sweep;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Withdraw a patient from a project",
            description =
                    "Images, measures, metadata, roles, scored cases and recorded answers of the patient are erased in all datasets of the"
                            + " project; this cannot be undone. Datasets that were frozen with the patient are marked, and nothing new begins"
                            + " on them: freeze a new one without the patient. Models that learned from the patient are marked and answer on"
                            + " until somebody withdraws them. A dry run says beforehand what is touched.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT,
        ProblemType.STORAGE_FULL
    })
    ResponseEntity<WithdrawalResponse> withdrawPatient(
            @PathVariable UUID id, @RequestBody WithdrawalRequest request, Caller caller) {
        UUID project = visibility.project(caller, id).id();
        Withdrawal done = refusable(() -> withdrawal.carryOut(project, keys(request), request.reason(), caller.name()));
        return ResponseEntity.created(URI.create("/api/v1/projects/" + project + "/withdrawals/" + done.id()))
                .body(response(done));
    }

    @PostMapping("/dry-runs")
    @Operation(
            summary = "Say what the withdrawal of a patient would touch",
            description =
                    "Finds what a withdrawal would, and tells what works with the patient's data now. Nothing is erased.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED, ProblemType.ARTIFACT_CORRUPT})
    WithdrawalPlanResponse dryRunWithdrawal(
            @PathVariable UUID id, @RequestBody WithdrawalRequest request, Caller caller) {
        UUID project = visibility.project(caller, id).id();
        return WithdrawalPlanResponse.of(refusable(() -> withdrawal.plan(project, keys(request))));
    }

    /** The short form of a dry run, for people: the contract has no words for an answer that hangs on a parameter. */
    @Hidden
    @PostMapping(params = {"dryRun", "dryRun!=false"})
    WithdrawalPlanResponse dryRunByParameter(
            @PathVariable UUID id, @RequestBody WithdrawalRequest request, Caller caller) {
        return dryRunWithdrawal(id, request, caller);
    }

    @GetMapping
    @Operation(summary = "List the withdrawals of a project")
    @Refuses(ProblemType.NOT_FOUND)
    Page<WithdrawalResponse> listWithdrawals(@PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        UUID project = visibility.project(caller, id).id();
        return Page.of(
                withdrawals.ofProject(project, query.afterIdOrFirst(), query.pageSize() + 1),
                query,
                Withdrawal::id,
                this::response);
    }

    @GetMapping("/{withdrawalId}")
    @Operation(summary = "Read a withdrawal: what was touched, and whether all of it is erased")
    @Refuses(ProblemType.NOT_FOUND)
    WithdrawalResponse getWithdrawal(@PathVariable UUID id, @PathVariable UUID withdrawalId, Caller caller) {
        UUID project = visibility.project(caller, id).id();
        return withdrawals
                .find(withdrawalId)
                .filter(found -> found.projectId().equals(project))
                .map(this::response)
                .orElseThrow(RefusedException::notFound);
    }

    /** Files know patients by pseudonyms, and whoever asks may know one of those. */
    private Set<PatientId> keys(WithdrawalRequest request) {
        return Set.of(new PatientId(request.patient()), new PatientId(pseudonyms.ofPatient(request.patient())));
    }

    private static <T> T refusable(Supplier<T> act) {
        try {
            return act.get();
        } catch (WithdrawalRefusedException e) {
            if (!e.unreadDrafts().isEmpty()) {
                throw RefusedException.invalid(e.unreadDrafts().stream()
                        .map(
                                draft -> new Mistake(
                                        "/patient",
                                        "the manifest of the draft " + draft
                                                + " speaks of the patient where it cannot be read, so"
                                                + " that nobody can tell which images are theirs; upload a manifest that can be read"))
                        .toList());
            }
            if (e.openWork().isEmpty()) {
                throw RefusedException.invalid("/patient", "the project has no image of this patient");
            }
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "Workers would go on with the patient's data. Cancel what is open, or wait for it to end.",
                    e.openWork().stream()
                            .map(work -> new Mistake(
                                    "/patient",
                                    "the " + WireNames.of(work.kind()) + " job of " + work.id() + " is open"))
                            .toList());
        }
    }

    private WithdrawalResponse response(Withdrawal done) {
        Set<ArtifactKey> contents =
                done.reach().contents().stream().map(ArtifactKey::new).collect(Collectors.toSet());
        Set<ArtifactKey> remaining = new HashSet<>(sweep.unnamed(contents));
        withdrawals.returned(done.id()).forEach(content -> remaining.add(new ArtifactKey(content)));
        List<ArtifactKey> left = remaining.stream().filter(artifacts::exists).toList();
        return WithdrawalResponse.of(done, left.size());
    }
}
