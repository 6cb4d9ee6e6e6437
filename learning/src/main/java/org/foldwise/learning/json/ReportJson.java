package org.foldwise.learning.json;

import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.experiment.AugmentationAuditReport;
import org.foldwise.learning.leakage.LeakageCost;
import org.foldwise.learning.leakage.LeakageScores;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.conformal.LabelSetReport;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.ReplayReport;
import org.foldwise.learning.split.LeakageAudit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reports as JSON: {@link EvaluationReport}, {@link CrossValidationSummary}, {@link MulticlassReport}, {@link
 * MultilabelReport}, {@link ClassSubgroupReport}, {@link ClassErrorReview}, {@link TaskSummary}, {@link LeakageAudit}, {@link CohortSummary},
 * {@link Provenance}, {@link Environment}, {@link RecalibrationEffect}, {@link ReplayReport}, {@link SubgroupReport}, {@link ErrorReview}, {@link PredictionSetReport}, {@link LabelSetReport}, {@link LeakageScores}, {@link LeakageCost},
 * {@link AugmentationAuditReport}, {@link NeighbourhoodReport}, {@link ExplanationReport}, {@link PatientReport} and {@link ValidationFigures}. All fields are written, absent values as null; on
 * reading those must be there that are never absent: reports that were stored before there was a figure stay readable. Numbers are never NaN or infinite, because no report holds such a number.
 */
public final class ReportJson {
    private static final Set<Class<?>> REPORTS = Set.of(
            ErrorReview.class,
            EvaluationReport.class,
            CrossValidationSummary.class,
            ClassErrorReview.class,
            ClassSubgroupReport.class,
            MulticlassReport.class,
            MultilabelReport.class,
            TaskSummary.class,
            LeakageAudit.class,
            LeakageScores.class,
            LeakageCost.class,
            AugmentationAuditReport.class,
            ExplanationReport.class,
            NeighbourhoodReport.class,
            CohortSummary.class,
            PredictionSetReport.class,
            LabelSetReport.class,
            PatientReport.class,
            Provenance.class,
            Environment.class,
            RecalibrationEffect.class,
            ReplayReport.class,
            SubgroupReport.class,
            ValidationFigures.class);

    /** Fields that reports of a kind did not have at first, and what those stand for that were stored without. */
    private static final Map<Class<?>, Map<String, Supplier<JsonNode>>> ADDED = Map.of(
            SubgroupReport.class, Map.of("leftOut", JsonNodeFactory.instance::arrayNode),
            ClassSubgroupReport.class, Map.of("leftOut", JsonNodeFactory.instance::arrayNode));

    private static final JsonMapper MAPPER = LearningJson.configure(JsonMapper.builder())
            .annotationIntrospector(new Required())
            .build();

    private ReportJson() {}

    /** The text of a report. */
    public static String write(Object report) {
        requireReport(report.getClass());
        return MAPPER.writeValueAsString(report);
    }

    /**
     * Reads a report back.
     *
     * @throws tools.jackson.core.JacksonException if the text is no such report
     */
    public static <T> T read(Class<T> type, String text) {
        requireReport(type);
        Map<String, Supplier<JsonNode>> added = ADDED.getOrDefault(type, Map.of());
        if (!added.isEmpty() && MAPPER.readTree(text) instanceof ObjectNode report) {
            added.forEach((field, absent) -> {
                if (!report.has(field)) {
                    report.set(field, absent.get());
                }
            });
            return required(type, MAPPER.treeToValue(report, type));
        }
        return required(type, MAPPER.readValue(text, type));
    }

    /** Of the word {@code null} a mapper makes no report and does not say so. */
    private static <T> T required(Class<T> type, @Nullable T report) {
        if (report == null) {
            throw DatabindException.from((JsonParser) null, "null is no " + type.getSimpleName());
        }
        return report;
    }

    /** The report as a tree, to be put into a larger document. */
    public static JsonNode tree(Object report) {
        requireReport(report.getClass());
        return MAPPER.valueToTree(report);
    }

    /** Components of records must be there unless they may be absent. */
    private static final class Required extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            if (member instanceof AnnotatedParameter parameter
                    && parameter.getOwner() instanceof AnnotatedConstructor constructor
                    && constructor.getDeclaringClass().isRecord()) {
                return !constructor
                        .getDeclaringClass()
                        .getRecordComponents()[parameter.getIndex()]
                        .getAnnotatedType()
                        .isAnnotationPresent(Nullable.class);
            }
            return super.hasRequiredMarker(config, member);
        }
    }

    private static void requireReport(Class<?> type) {
        if (!REPORTS.contains(type)) {
            throw new IllegalArgumentException(type + " is no report");
        }
    }
}
