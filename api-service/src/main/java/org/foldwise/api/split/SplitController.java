package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.dataset.Spelling;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Splits", description = "Which patients train, validate, are held out and are locked away.")
class SplitController {
    private static final String CSV = "text/csv";
    private static final int MAXIMUM_CSV = 64 * 1024 * 1024;
    private static final int MAXIMUM_NAME = 100;

    private final Visibility visibility;
    private final PatientSplits splits;
    private final Splitting splitting;

    SplitController(Visibility visibility, PatientSplits splits, Splitting splitting) {
        this.visibility = visibility;
        this.splits = splits;
        this.splitting = splitting;
    }

    @IdempotencyOffer
    @PostMapping("/datasets/{id}/splits")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Split a frozen dataset by patient",
            description =
                    "Patients who share images stay together, also where the files differ. The answer carries the proof that no"
                            + " patient and no image is on two sides. What the dataset does not allow for is refused with what it"
                            + " does. Blocking findings of the dataset must be waived first.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.ALREADY_EXISTS,
        ProblemType.FINDINGS_NOT_WAIVED,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.SPLIT_REFUSED
    })
    ResponseEntity<SplitResponse> createSplit(@PathVariable UUID id, @RequestBody SplitRequest request, Caller caller) {
        PatientSplit split = splitting.split(visibility.dataset(caller, id), request);
        return ResponseEntity.created(URI.create("/api/v1/splits/" + split.id()))
                .body(response(split));
    }

    @PostMapping("/datasets/{id}/split-plans")
    @Operation(
            summary = "Say what a split would be",
            description =
                    "Checks the same as splitting does, but for findings that nobody has waived, and tells how many images and patients each role would have, and how wide"
                            + " the intervals of a ROC AUC would be. Nothing is stored; the name is free to take.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.ALREADY_EXISTS,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.SPLIT_REFUSED
    })
    SplitPlanResponse planSplit(@PathVariable UUID id, @RequestBody SplitRequest request, Caller caller) {
        return splitting.plan(visibility.dataset(caller, id), request);
    }

    @PostMapping(path = "/datasets/{id}/splits/csv", consumes = CSV)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Take a split that was made elsewhere, as a table",
            description =
                    "Columns patient and role, fold where there are several, and repeat where they deal patients out several times; as"
                            + " /splits/{id}/assignments writes them. Folds of each repeat are numbered from 0 on, or on over all repeats. Patients of"
                            + " rows with the same word in a column keepTogether must have one role in every fold. It is"
                            + " audited, and refused with every row that leaks; /row/2 is the row below the header, as spreadsheets number"
                            + " them.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = CSV,
                                            schema =
                                                    @Schema(
                                                            type = "string",
                                                            example = "fold,patient,role\r\n-1,person1,train\r\n"))))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.ALREADY_EXISTS,
        ProblemType.FINDINGS_NOT_WAIVED,
        ProblemType.TOO_LARGE,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.SPLIT_REFUSED
    })
    ResponseEntity<SplitResponse> createSplitFromCsv(
            @PathVariable UUID id,
            @RequestParam
                    @io.swagger.v3.oas.annotations.Parameter(
                            description = "Unique within the dataset.",
                            example = "as published")
                    String name,
            @RequestParam(required = false)
                    @io.swagger.v3.oas.annotations.Parameter(
                            description =
                                    "Share of the training patients, in (0, 0.5], to take for validation in every fold that names none."
                                            + " Folds without a development fold get one as well.",
                            example = "0.15")
                    @Nullable
                    Double validation,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        Dataset dataset = visibility.dataset(caller, id);
        byte[] content = request.getInputStream().readNBytes(MAXIMUM_CSV + 1);
        if (content.length > MAXIMUM_CSV) {
            throw new RefusedException(
                    ProblemType.TOO_LARGE, "A table of roles has at most " + MAXIMUM_CSV + " bytes.");
        }
        if (name.isBlank() || name.length() > MAXIMUM_NAME) {
            throw RefusedException.invalid(
                    "/name", "must have 1 to " + MAXIMUM_NAME + " characters and not only blanks");
        }
        if (!Spelling.isSeen(name)) {
            throw RefusedException.invalid("/name", "must not hold characters that nobody sees");
        }
        if (validation != null && !(validation > 0 && validation <= 0.5)) {
            throw RefusedException.invalid("/validation", "must be in (0, 0.5], was " + validation);
        }
        PatientSplit split = splitting.given(dataset, name, AssignmentCsv.read(content), validation, "/row");
        return ResponseEntity.created(URI.create("/api/v1/splits/" + split.id()))
                .body(response(split));
    }

    @GetMapping(path = "/splits/{id}/certificate", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Read the proof that a split leaks nothing",
            description =
                    "Canonical JSON, byte for byte what the split's certificateDigest is of. Every worker makes the proof anew from"
                            + " the stored roles and images before it trains, and refuses a split of which it comes out differently.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The certificate.",
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = SplitProofResponse.class))))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ResponseEntity<byte[]> getSplitCertificate(@PathVariable UUID id, Caller caller) {
        PatientSplit split = proven(visibility.split(caller, id));
        split.requireAsStored();
        String certificate = split.certificate();
        if (certificate == null) {
            throw new RefusedException(ProblemType.NOT_FOUND, "The split is older than certificates.");
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(certificate.getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping("/datasets/{id}/splits")
    @Operation(summary = "List the splits of a dataset")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<SplitResponse> listSplits(@PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        Dataset dataset = visibility.dataset(caller, id);
        return Page.of(
                splits.ofDataset(dataset.id(), query.afterIdOrFirst(), query.pageSize() + 1),
                query,
                PatientSplit::id,
                this::listed);
    }

    @GetMapping("/splits/{id}")
    @Operation(summary = "Read a split: counts per role and fold, certificate")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    SplitResponse getSplit(@PathVariable UUID id, Caller caller) {
        return response(proven(visibility.split(caller, id)));
    }

    @GetMapping(
            path = "/splits/{id}/assignments",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read the role of every patient in every fold",
            description =
                    "As JSON, or as CSV for 'Accept: text/csv'; there cells that a spreadsheet would compute are escaped, and a column"
                            + " repeat is added where the folds are of several repeats.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The assignments.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = AssignmentResponse.All.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example = "fold,patient,role\r\n0,person1,train\r\n"))
                            }))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ResponseEntity<?> getSplitAssignments(
            @PathVariable UUID id,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE)
                    @io.swagger.v3.oas.annotations.Parameter(hidden = true)
                    String accept,
            Caller caller) {
        AssignmentResponse.All assignments = assignments(visibility.split(caller, id));
        return accept.startsWith(CSV)
                ? ResponseEntity.ok()
                        .contentType(MediaType.parseMediaType(CSV + ";charset=UTF-8"))
                        .body(AssignmentCsv.of(assignments))
                : ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(assignments);
    }

    /** Of a split that patients were withdrawn from nothing can be proved, and the others' roles are of use all the same. */
    private AssignmentResponse.All assignments(PatientSplit split) {
        return AssignmentResponse.of(split.withdrawals() == 0 ? splits.load(split.id()) : splits.remainder(split.id()));
    }

    /** A split whose members are those that were stored; those that patients were withdrawn from are taken as they are. */
    private PatientSplit proven(PatientSplit split) {
        if (split.withdrawals() == 0) {
            splits.load(split.id());
        }
        return split;
    }

    private SplitResponse response(PatientSplit split) {
        return SplitResponse.of(split, splits.lockedElsewhere(split.id()).patients(), splitting.waivers(split));
    }

    /** Without what is looked for among all splits of the project. */
    private SplitResponse listed(PatientSplit split) {
        return SplitResponse.of(split, null, splitting.waivers(split));
    }
}
