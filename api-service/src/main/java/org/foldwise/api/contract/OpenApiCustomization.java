package org.foldwise.api.contract;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.problem.Problem;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells springdoc what the controllers do not say. */
@Configuration(proxyBeanMethods = false)
class OpenApiCustomization {
    private static final String BEARER = "apiKey";
    private static final String PROBLEM_SCHEMA = "Problem";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            Map.entry("Estimate", "A figure: a value with its interval, or the reason why there is none."),
            Map.entry("Interval", "A confidence interval."),
            Map.entry("ConfusionMatrix", "How decisions and truth go together."),
            Map.entry("Bootstrap", "How intervals were computed: patients are drawn anew."),
            Map.entry("CalibrationBin", "A bin of the reliability diagram."),
            Map.entry(
                    "RocCurvePoint",
                    "A point of the ROC curve; the first has no threshold, nothing is called positive there."),
            Map.entry("PrecisionRecallCurvePoint", "A point of the precision-recall curve."),
            Map.entry("F1AtThreshold", "F1 at one threshold."),
            Map.entry(
                    "ExplanationReport",
                    "Figures of maps over a sample of images, each beside what it would be of maps that show nothing. 'blankMaps' are"
                            + " images in whose maps no place speaks for the class: they are in no figure of heat. 'deletion' is the area"
                            + " under the answer while pixels are blurred, the hottest first: small is good. 'insertion' is that while they"
                            + " are brought back: large is good. 'inRegion' is absent where no rectangle was asked about."),
            Map.entry("Explained", "A class that maps speak for: how many do, and how many of these images show it."),
            Map.entry(
                    "MapFigure",
                    "The mean over images with an interval by patient, the standard deviation over images, the same of maps that show"
                            + " nothing, and the difference, image by image."),
            Map.entry(
                    "BorderFigure",
                    "Share of the heat in a frame of that width along the edges, beside its share of the area."),
            Map.entry(
                    "Redrawn",
                    "What is left of maps after weights were drawn afresh. 'correlation' is the mean rank correlation of the raw maps, near"
                            + " 0 over many draws whatever the maps show, with a standard error over draws; 'size' is the mean of its absolute"
                            + " value, beside that with the redrawn maps of other patients' images."),
            Map.entry(
                    "LeftOut",
                    "An attribute by which nothing is grouped, and why: the rest of a sentence that begins with its name."),
            Map.entry("ClassSubgroupReportAttribute", "The groups of one attribute, and which are the lowest."),
            Map.entry(
                    "ClassSubgroupReportGroup",
                    "The images with one value. The mean area is over 'measuredClasses' classes, those whose own area is"
                            + " defined here; 'meanRocAucOfAll' is that of the same classes over all images. Accuracy is the"
                            + " share of images decided rightly, of labels with every label right. 'classes' is empty where groups times"
                            + " classes are more than 1000."),
            Map.entry("ClassSubgroupReportClass", "One class or label against everything else, within a group."),
            Map.entry(
                    "ClassSubgroupReportLowest",
                    "Names of the groups with the lowest figures: the mean area farthest below that of the same classes over"
                            + " all images, and the lowest accuracy. Absent where fewer than two groups have the figure, or several share the lowest."),
            Map.entry(
                    "ClassErrors",
                    "The mistakes about one class or label, at most 15 listed, the surest first; of a label the doubts about it as"
                            + " well."),
            Map.entry(
                    "ClassErrorReviewMistake",
                    "A wrong decision. 'name' is the class that the image is of, or the label that was decided wrongly; 'called' the"
                            + " class that the image was called, absent of labels."),
            Map.entry(
                    "ClassDoubts",
                    "Images whose class may be wrong (Northcutt, Jiang and Chuang 2021). 'counts' has the class given by rows and the"
                            + " likely one by columns, 'joint' how given and true classes are estimated to go together, with a sum of"
                            + " 1."),
            Map.entry(
                    "DoubtsOfClass",
                    "The images given one class; it is likely for an image from 'confidence' on, the mean probability of it among these."),
            Map.entry("ClassDoubtsDoubt", "An image whose class is doubted; the lower the margin, the surer."),
            Map.entry("FoldResult", "The result on the held-out patients of one fold."),
            Map.entry(
                    "FoldFigure",
                    "One figure over the folds: its mean, with the interval of the corrected resampled t-test, and its sample standard"
                            + " deviation, which is no standard error, for the folds share training patients."),
            Map.entry(
                    "F1Averages",
                    "F1 with either class in the place of the positive one: the mean of both, the mean by numbers of images, and of all"
                            + " decisions together, which is the accuracy."),
            Map.entry(
                    "SelectionOptimism",
                    "By how much the inner figures of what a search chose flatter, on average over the outer folds."),
            Map.entry(
                    "FoldOptimism",
                    "The inner figure of what a search chose, and what it was worth on one outer fold."),
            Map.entry(
                    "SearchScale",
                    "How a range is drawn from: every number, or every ratio, as likely as every other."),
            Map.entry("FoldCounts", "How a fold is filled."),
            Map.entry("RoleCounts", "How a role is filled."),
            Map.entry("ClassCounts", "One class within a role."),
            Map.entry(
                    "LeakageCost",
                    "What folds of images would have made of a recipe's figures. Those of 'imageLevel' leak and are no"
                            + " measure of anything else."),
            Map.entry("AugmentationAuditReport", "What a plan's augmentations make of training images."),
            Map.entry("AugmentationFigures", "One augmentation by itself, or all of them one after the other."),
            Map.entry("AugmentationFinding", "Something about augmentations that a person should know."),
            Map.entry(
                    "ContactSheetRow",
                    "A row of the contact sheet: the class that its image shows, and by which augmentation."),
            Map.entry("LeakageFoldFigures", "One training of a leakage experiment."),
            Map.entry(
                    "LeakageClassCost",
                    "One class against all others: areas under the ROC curve both ways, pooled over folds and from pairs within"
                            + " folds, and their paired differences with intervals over patients. The verdict is by those within folds."),
            Map.entry(
                    "LeakageWithinFolds",
                    "Areas under the ROC curve from pairs of images that one training has scored, as those of different folds"
                            + " need not answer on one scale."),
            Map.entry("Problem", "Why a request failed (RFC 9457)."));
    private static final Set<ProblemType> ALWAYS = EnumSet.of(
            ProblemType.MALFORMED_REQUEST,
            ProblemType.UNAUTHENTICATED,
            ProblemType.FORBIDDEN,
            ProblemType.NOT_ACCEPTABLE,
            ProblemType.INVALID_REQUEST,
            ProblemType.INTERNAL,
            ProblemType.UNAVAILABLE);
    private static final Set<ProblemType> WITH_JSON_BODY =
            EnumSet.of(ProblemType.MALFORMED_JSON, ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE);
    private static final Set<ProblemType> WITH_IDEMPOTENCY =
            EnumSet.of(ProblemType.REQUEST_IN_PROGRESS, ProblemType.IDEMPOTENCY_KEY_REUSED);

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Foldwise")
                        .version("v1")
                        .description("Train, validate and serve medical image classifiers without fooling yourself."
                                + " Not a medical device."))
                .addServersItem(new Server().url("http://127.0.0.1:8080").description("A service of one's own."))
                .addSecurityItem(new SecurityRequirement().addList(BEARER))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("An API key: fw_..._...")));
    }

    @Bean
    ModelResolver modelResolver(ObjectMapperProvider mappers) {
        return new ModelResolver(mappers.jsonMapper(), new SchemaNames());
    }

    @Bean
    ModelConverter wireSchemas() {
        return new WireSchemas();
    }

    @Bean
    OpenApiCustomizer problemSchema() {
        return openApi -> ModelConverters.getInstance(false)
                .readAllAsResolvedSchema(new AnnotatedType(Problem.class))
                .referencedSchemas
                .forEach(openApi.getComponents()::addSchemas);
    }

    /** Schemas of the library's own types; swagger-core would describe them as one of the places that hold them. */
    @Bean
    OpenApiCustomizer descriptionsOfLibraryTypes() {
        return openApi -> DESCRIPTIONS.forEach((name, description) -> {
            Schema<?> schema = openApi.getComponents().getSchemas().get(name);
            if (schema != null) {
                schema.setDescription(description);
            }
        });
    }

    @Bean
    OperationCustomizer problemsOfOperations() {
        return (operation, method) -> {
            Set<ProblemType> types = EnumSet.copyOf(ALWAYS);
            Refuses refuses = method.getMethodAnnotation(Refuses.class);
            if (refuses != null) {
                types.addAll(List.of(refuses.value()));
            }
            if (operation.getRequestBody() != null) {
                types.addAll(WITH_JSON_BODY);
            }
            if (method.hasMethodAnnotation(IdempotencyOffer.class)) {
                types.addAll(WITH_IDEMPOTENCY);
                operation.addParametersItem(idempotencyKey());
            }
            describe(operation, types);
            return operation;
        };
    }

    /** One shared answer per set of problems, so that people can read the contract. */
    @Bean
    OpenApiCustomizer sharedProblems() {
        return openApi -> openApi.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .map(Operation::getResponses)
                .forEach(responses -> responses.replaceAll((status, response) -> shared(response, openApi)));
    }

    private static ApiResponse shared(ApiResponse response, OpenAPI openApi) {
        MediaType problems =
                response.getContent() == null ? null : response.getContent().get(PROBLEM_JSON);
        if (problems == null) {
            return response;
        }
        String name = problems.getExamples().keySet().stream()
                .map(OpenApiCustomization::pascalCase)
                .collect(joining("Or"));
        openApi.getComponents().addResponses(name, response);
        return new ApiResponse().$ref(name);
    }

    private static String pascalCase(String code) {
        return Arrays.stream(code.split("-", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(joining());
    }

    private static void describe(Operation operation, Set<ProblemType> types) {
        Map<Integer, List<ProblemType>> byStatus = types.stream()
                .collect(groupingBy(ProblemType::status, TreeMap::new, java.util.stream.Collectors.toList()));
        byStatus.forEach((status, ofStatus) -> operation
                .getResponses()
                .addApiResponse(
                        Integer.toString(status),
                        new ApiResponse()
                                .description(ofStatus.stream()
                                        .map(type -> type.title() + " (" + type.code() + ").")
                                        .collect(joining(" ")))
                                .content(new Content().addMediaType(PROBLEM_JSON, problems(ofStatus)))));
    }

    private static MediaType problems(List<ProblemType> types) {
        MediaType content =
                new MediaType().schema(new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + PROBLEM_SCHEMA));
        for (ProblemType type : types) {
            Map<String, Object> example = new TreeMap<>();
            example.put("type", type.urn());
            example.put("title", type.title());
            example.put("status", type.status());
            example.put("detail", "What happened this time.");
            example.put("instance", "urn:foldwise:request:01912d68-783e-7a51-8f2b-6a1d6f1f5a10");
            content.addExamples(type.code(), new Example().value(example));
        }
        return content;
    }

    private static HeaderParameter idempotencyKey() {
        HeaderParameter parameter = new HeaderParameter();
        parameter.setName("Idempotency-Key");
        parameter.setRequired(false);
        parameter.setDescription(
                "Makes the request safe to repeat: with the same key and body the first answer comes again.");
        parameter.setSchema(new StringSchema().minLength(1).maxLength(255));
        parameter.setExample("7c9e6679-7425-40de-944b-e07fc1f90ae7");
        return parameter;
    }
}
