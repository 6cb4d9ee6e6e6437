package org.foldwise.api.weights;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.upload.ContentDigest;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.foldwise.registry.weights.WeightSetImport;
import org.foldwise.registry.weights.WeightSetInUseException;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Weights belong to the installation, not to a project: everybody may read of them, an admin of all projects imports them. */
@RestController
@RequestMapping("/api/v1/weight-sets")
@Tag(name = "Weight sets", description = "Weights that others have trained, for experiments to begin with.")
class WeightSetController {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    private final Catalogue catalogue;
    private final WeightsIntake intake;
    private final WeightSetImport imports;
    private final WeightsProperties properties;

    WeightSetController(
            Catalogue catalogue, WeightsIntake intake, WeightSetImport imports, WeightsProperties properties) {
        this.catalogue = catalogue;
        this.intake = intake;
        this.imports = imports;
        this.properties = properties;
    }

    @GetMapping
    @Operation(
            summary = "List the weight sets",
            description =
                    "Published ones, and those that the operator has described, are listed whether they are here or not, with"
                            + " what has to be fetched.")
    Page<WeightSetResponse> listWeightSets(@ParameterObject PageQuery query) {
        String after = query.afterText().orElse("");
        List<Offer> found = catalogue.all().stream()
                .filter(offer -> offer.name().compareTo(after) > 0)
                .limit(query.pageSize() + 1L)
                .toList();
        return Page.of(found, query, Offer::name, this::response);
    }

    @GetMapping("/{name}")
    @Operation(summary = "Read a weight set")
    @Refuses(ProblemType.NOT_FOUND)
    WeightSetResponse getWeightSet(@PathVariable String name) {
        return catalogue.find(name).map(this::response).orElseThrow(RefusedException::notFound);
    }

    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Import a file of weights",
            description =
                    "A safetensors file, or a state_dict that torch.save wrote. It is read as data: one that names anything but"
                            + " tensors is refused, and nothing in it is run. Every tensor of the backbone has to be there; the file's"
                            + " own classifier is passed over. The file of a published set, or of one that the operator has described, must have"
                            + " that digest. The same bytes"
                            + " again change nothing; other bytes need another name.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                                            schema = @Schema(type = "string", format = "binary"))))
    @Refuses({
        ProblemType.ALREADY_EXISTS,
        ProblemType.TOO_LARGE,
        ProblemType.WEIGHTS_REFUSED,
        ProblemType.DIGEST_MISMATCH,
        ProblemType.UNAVAILABLE,
        ProblemType.STORAGE_FULL
    })
    ResponseEntity<WeightSetResponse> importWeightSet(
            @Parameter(
                            description =
                                    "By which plans will ask for it: a published name, or one of your own of letters, digits,"
                                            + " dots, dashes and underscores.",
                            example = "RadNet_Weights.V1")
                    @PathVariable
                    String name,
            @Parameter(
                            description = "What the file is called; absent: as published, or like the set.",
                            example = "radnet.pth")
                    @RequestParam(required = false)
                    @Nullable
                    String fileName,
            @Parameter(description = "Whose weights they are; absent: the backbone that they fit best.")
                    @RequestParam(required = false)
                    @Nullable
                    BackboneName backbone,
            @Parameter(
                            description =
                                    "Whether tensors that the backbone does not have are passed over; they are listed.")
                    @RequestParam(defaultValue = "false")
                    boolean ignoreUnexpected,
            @Parameter(description = "SHA-256 of the body (RFC 9530); if given, it is checked.")
                    @RequestHeader(name = ContentDigest.HEADER, required = false)
                    @Nullable
                    String contentDigest,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        requireEveryProject(caller);
        WeightSet known = catalogue.find(name).map(Offer::known).orElse(null);
        String called = fileName != null ? fileName : known == null ? name : known.fileName();
        requireSound(name, fileName, known, backbone);
        WeightsIntake.Taken taken = intake.take(
                new WeightsIntake.Announcement(name, called, known, backbone, ignoreUnexpected, contentDigest),
                request.getInputStream(),
                caller);
        return ResponseEntity.status(taken.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(response(new Offer(known, taken.set(), false)));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove an imported weight set that no experiment begins with")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT})
    void removeWeightSet(@PathVariable String name, Caller caller) {
        requireEveryProject(caller);
        ImportedWeightSet set = catalogue.find(name).map(Offer::imported).orElseThrow(RefusedException::notFound);
        try {
            imports.remove(set);
        } catch (WeightSetInUseException e) {
            throw new RefusedException(
                    ProblemType.CONFLICT, "Experiments begin with these weights, so they stay with their results.");
        }
    }

    private static void requireSound(
            String name, @Nullable String fileName, @Nullable WeightSet known, @Nullable BackboneName backbone) {
        List<Mistake> mistakes = new ArrayList<>();
        try {
            if (new PretrainedSpec(name).namesNone()) {
                mistakes.add(new Mistake("/name", "'none' is what a plan says that begins with no weights"));
            }
        } catch (IllegalArgumentException e) {
            mistakes.add(new Mistake(
                    "/name",
                    "must be 1 to 100 letters, digits, dots, dashes and underscores and begin with a letter or digit"));
        }
        if (fileName != null && !FILE_NAME.matcher(fileName).matches()) {
            mistakes.add(new Mistake(
                    "/fileName",
                    "must be 1 to 200 letters, digits, dots, dashes and underscores and begin with a letter or digit"));
        }
        if (known != null && backbone != null && backbone != known.backbone()) {
            mistakes.add(new Mistake("/backbone", "the weights that are known by that name are of another backbone"));
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
    }

    private static void requireEveryProject(Caller caller) {
        if (caller.project() != null) {
            throw new RefusedException(
                    ProblemType.FORBIDDEN, "Only an admin's key that opens all projects imports or removes weights.");
        }
    }

    private WeightSetResponse response(Offer offer) {
        return WeightSetResponse.of(offer, properties);
    }
}
