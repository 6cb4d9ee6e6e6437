package org.foldwise.api.contract;

import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.jackson.TypeNameResolver;
import java.util.Map;
import java.util.Set;
import org.foldwise.api.paging.Page;

/**
 * Names of schemas. A response is named after what it shows, a page after its items, a nested type after the type that holds it as
 * well; what would still be ambiguous is listed here.
 */
final class SchemaNames extends TypeNameResolver {
    private static final String RESPONSE = "Response";
    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry("org.foldwise.registry.access.Role", "ApiKeyRole"),
            Map.entry("org.foldwise.learning.split.Role", "PatientRole"),
            Map.entry("org.foldwise.learning.split.Bond", "SplitBond"),
            Map.entry("org.foldwise.learning.split.Stratum", "SplitStratum"),
            Map.entry("org.foldwise.learning.split.LeakageAudit$FoldCounts", "FoldCounts"),
            Map.entry("org.foldwise.learning.split.LeakageAudit$RoleCounts", "RoleCounts"),
            Map.entry("org.foldwise.learning.split.LeakageAudit$ClassCounts", "ClassCounts"),
            Map.entry("org.foldwise.learning.experiment.ImageSpec$Aspect", "Aspect"),
            Map.entry("org.foldwise.learning.experiment.AnatomySpec$Relevance", "Relevance"),
            Map.entry("org.foldwise.learning.experiment.ImageSpec$Contrast", "ImageContrast"),
            Map.entry("org.foldwise.learning.experiment.ImageSpec$Normalisation", "ImageNormalisation"),
            Map.entry("org.foldwise.learning.experiment.WindowSpec$Name", "WindowName"),
            Map.entry("org.foldwise.learning.experiment.SamplingSpec$Balance", "SamplingBalance"),
            Map.entry("org.foldwise.learning.experiment.PlanFinding$Code", "PlanFindingCode"),
            Map.entry("org.foldwise.learning.experiment.PlanFinding$Severity", "PlanFindingSeverity"),
            Map.entry("org.foldwise.learning.experiment.PlanFinding$Subject", "PlanFindingSubject"),
            Map.entry("org.foldwise.learning.experiment.StoppingRule$Metric", "StoppingMetric"),
            Map.entry("org.foldwise.learning.experiment.BackboneName", "Backbone"),
            Map.entry("org.foldwise.learning.search.Dimension$Scale", "SearchScale"),
            Map.entry("org.foldwise.learning.metrics.comparison.SelectionOptimism$OfFold", "FoldOptimism"),
            Map.entry("org.foldwise.learning.metrics.scored.ClassSubgroupReport$OfClass", "ClassSubgroupReportClass"),
            Map.entry("org.foldwise.learning.metrics.scored.ClassErrorReview$OfClass", "ClassErrors"),
            Map.entry("org.foldwise.learning.metrics.scored.ClassDoubts$OfClass", "DoubtsOfClass"),
            Map.entry("org.foldwise.learning.metrics.BootstrapSpec", "Bootstrap"),
            Map.entry("org.foldwise.learning.metrics.comparison.OptimismCheck$Verdict", "OptimismVerdict"),
            Map.entry("org.foldwise.learning.metrics.scored.RecalibrationEffect$Figure", "RecalibrationFigure"),
            Map.entry("org.foldwise.learning.experiment.AugmentationAuditReport$StepFigures", "AugmentationFigures"),
            Map.entry("org.foldwise.learning.experiment.AugmentationAuditReport$StepFinding", "AugmentationFinding"),
            Map.entry(
                    "org.foldwise.learning.experiment.AugmentationAuditReport$StepFinding$Code",
                    "AugmentationFindingCode"),
            Map.entry("org.foldwise.learning.experiment.AugmentationAuditReport$SheetRow", "ContactSheetRow"),
            Map.entry("org.foldwise.learning.leakage.LeakageCost$Verdict", "LeakageVerdict"),
            Map.entry("org.foldwise.learning.leakage.LeakageCost$FoldFigures", "LeakageFoldFigures"),
            Map.entry("org.foldwise.learning.leakage.LeakageCost$ClassCost", "LeakageClassCost"),
            Map.entry("org.foldwise.learning.leakage.LeakageCost$WithinFolds", "LeakageWithinFolds"),
            Map.entry("org.foldwise.learning.metrics.CrossValidationSummary$FoldResult", "FoldResult"),
            Map.entry("org.foldwise.learning.metrics.ThresholdChoice$F1At", "F1AtThreshold"),
            Map.entry("org.foldwise.registry.evaluation.SharedPatients", "SharedPatientsRule"));

    /** The name of an enum, which swagger-core would not give one. */
    static String ofEnum(Class<?> type) {
        String exception = EXCEPTIONS.get(type.getName());
        return exception == null ? type.getSimpleName() : exception;
    }

    @Override
    protected String nameForClass(Class<?> type, Set<Options> options) {
        String exception = EXCEPTIONS.get(type.getName());
        if (exception != null) {
            return exception;
        }
        String name = super.nameForClass(type, options);
        if (type.getName().startsWith("org.foldwise.learning.") && type.getEnclosingClass() != null) {
            return type.getEnclosingClass().getSimpleName() + name;
        }
        return name.endsWith(RESPONSE) ? name.substring(0, name.length() - RESPONSE.length()) : name;
    }

    @Override
    protected String nameForGenericType(JavaType type, Set<Options> options) {
        return type.getRawClass() == Page.class
                ? nameForType(type.containedType(0), options) + "Page"
                : super.nameForGenericType(type, options);
    }
}
