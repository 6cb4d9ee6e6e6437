package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models/{name}/versions/{version}")
@Tag(name = "Model versions")
class ModelCardController {
    private final Visibility visibility;
    private final ModelCards cards;
    private final DocumentAnswers answers;

    ModelCardController(Visibility visibility, ModelCards cards, DocumentAnswers answers) {
        this.visibility = visibility;
        this.cards = cards;
        this.answers = answers;
    }

    @DocumentMapping("/card")
    @Operation(
            summary = "Read the model card of a model version",
            description =
                    "The sections of Mitchell et al. 2019, filled from what is recorded; what only people can know is named as missing. By"
                            + " Accept or format: one HTML page that needs nothing else, one PDF file (PDF/A-2a, PDF/UA-1), or the same as"
                            + " JSON.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED, ProblemType.ARTIFACT_CORRUPT})
    ResponseEntity<byte[]> getModelCard(
            @PathVariable String name,
            @PathVariable int version,
            @Parameter(description = "The form, whatever Accept says.") @RequestParam(required = false) @Nullable
                    DocumentFormat format,
            HttpServletRequest request,
            Caller caller) {
        Model model = visibility.model(caller, name);
        ModelVersion found = visibility.modelVersion(model, version);
        return answers.answer(cards.card(model, found), "card-" + name + "-" + version, format, request);
    }
}
