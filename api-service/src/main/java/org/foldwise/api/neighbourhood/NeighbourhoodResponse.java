package org.foldwise.api.neighbourhood;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.jobs.JobView;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport;
import org.foldwise.learning.neighbourhood.TypicalDistances;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase.SeenImage;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase.StoredNeighbour;
import org.jspecify.annotations.Nullable;

@Schema(
        description =
                "The training patients nearest to the cases of an evaluation's error review, by what the network makes of images"
                        + " before its head. Distances are cosine distances: one less the cosine of the angle, 0 for the same"
                        + " direction, at most 2.")
record NeighbourhoodResponse(
        UUID id,
        UUID evaluationId,
        @Schema(description = "Training patients asked for of each case.", example = "5") int neighbours,
        InquiryState state,
        @Schema(description = "0 to 1.", example = "0.4") double progress,
        @Nullable String message,
        @Schema(
                        description =
                                "What answered the cases, and how far its patients usually lie from the nearest other training"
                                        + " patient; absent before it has succeeded.")
                @Nullable
                List<Model> models,
        @Schema(
                        description =
                                "The cases in the order of the error review, first the worst, then the doubted ones. Absent before it"
                                        + " has succeeded, and in lists. Cases and neighbours of patients who were withdrawn since are"
                                        + " gone.")
                @Nullable
                List<CaseView> cases,
        @Schema(description = "Why it failed.") @Nullable String failure,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    @Schema(
            name = "NeighbourhoodModel",
            description = "A network, or several whose answers are one, and the patients whom it has learned from.")
    record Model(
            @Schema(description = "The runs that trained it; several of an ensemble.") List<UUID> runIds,
            @Schema(
                            description =
                                    "Whose training patients these are, -1 for the development fold; absent where several folds answer"
                                            + " together.",
                            example = "0")
                    @Nullable
                    Integer fold,
            @Schema(example = "1842") int trainingPatients,
            @Schema(example = "3337") int trainingImages,
            @Schema(
                            description =
                                    "How far training patients lie from the nearest other one. The network was fitted to both, so that"
                                            + " any new image tends to lie farther. Absent where there is no other.")
                    @Nullable
                    TypicalDistances training,
            @Schema(
                            description =
                                    "How far validation patients, whom the weights were not fitted to, lie from the nearest training"
                                            + " patient. Absent where there are none.")
                    @Nullable
                    TypicalDistances unseen) {
        static Model of(NeighbourhoodReport.Model model) {
            return new Model(
                    model.runs(),
                    model.fold(),
                    model.trainingPatients(),
                    model.trainingImages(),
                    model.training(),
                    model.unseen());
        }
    }

    @Schema(name = "NeighbourhoodImage", description = "An image: /api/v1/images/{imageId}.")
    record Image(
            UUID imageId,
            @Schema(example = "NORMAL/IM-0115-0001.jpeg") String name,
            @Schema(example = "IM-0115") String patient,
            @Schema(description = "The classes that it shows.", example = "[\"NORMAL\"]") List<String> labels) {
        static Image of(SeenImage image) {
            return new Image(image.id(), image.name(), image.patient(), image.labels());
        }
    }

    @Schema(
            name = "NeighbourhoodCase",
            description = "A case of the error review and the training patients nearest to it.")
    record CaseView(
            Image image,
            @Schema(description = "The classes that the model called.", example = "[\"PNEUMONIA\"]")
                    List<String> called,
            @Schema(description = "Which of the models answered it, counted from 0.", example = "0") int model,
            @Schema(description = "Distance of the nearest training patient.", example = "0.031")
                    double nearestDistance,
            @Schema(
                            description =
                                    "Share of training patients who lie nearer to another one than this case to any; 1 is farther than all.",
                            example = "0.93")
                    @Nullable
                    Double fartherThanTraining,
            @Schema(
                            description =
                                    "Share of validation patients who lie nearer to a training patient than this case. Close to 1 the"
                                            + " case is unlike anything that the model has learned from.",
                            example = "0.71")
                    @Nullable
                    Double fartherThanUnseen,
            @Schema(description = "Neighbours that show what the case's label says.", example = "1")
                    int agreeingWithLabel,
            @Schema(description = "Neighbours that show what the model called.", example = "4") int agreeingWithCalled,
            @Schema(description = "One image of each patient, the patient's nearest; the nearest patient first.")
                    List<NeighbourView> neighbours) {
        static CaseView of(NeighbourhoodCase found) {
            return new CaseView(
                    Image.of(found.image()),
                    found.called(),
                    found.model(),
                    found.nearestDistance(),
                    found.fartherThanTraining(),
                    found.fartherThanUnseen(),
                    found.agreeingWithLabel(),
                    found.agreeingWithCalled(),
                    found.nearest().stream()
                            .map(neighbour -> NeighbourView.of(neighbour, found))
                            .toList());
        }
    }

    @Schema(name = "Neighbour", description = "A training patient, by the image nearest to the case.")
    record NeighbourView(
            Image image,
            @Schema(example = "0.031") double distance,
            @Schema(description = "Whether it shows what the case's label says.") boolean agreesWithLabel,
            @Schema(description = "Whether it shows what the model called.") boolean agreesWithCalled) {
        static NeighbourView of(StoredNeighbour neighbour, NeighbourhoodCase of) {
            return new NeighbourView(
                    Image.of(neighbour.image()),
                    neighbour.distance(),
                    neighbour.image().shows(of.image().labels()),
                    neighbour.image().shows(of.called()));
        }
    }

    static NeighbourhoodResponse of(Neighbourhood neighbourhood, JobView job, @Nullable List<NeighbourhoodCase> cases) {
        String report = neighbourhood.report();
        return new NeighbourhoodResponse(
                neighbourhood.id(),
                neighbourhood.evaluationId(),
                neighbourhood.neighbours(),
                neighbourhood.state(),
                job.progress(),
                job.message(),
                report == null
                        ? null
                        : ReportJson.read(NeighbourhoodReport.class, report).models().stream()
                                .map(Model::of)
                                .toList(),
                report == null || cases == null
                        ? null
                        : cases.stream().map(CaseView::of).toList(),
                neighbourhood.failure(),
                neighbourhood.createdAt(),
                neighbourhood.finishedAt());
    }
}
