package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Layer;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.ScoredImages;

/**
 * ROC and precision-recall curves where patients are counted. Of a binary task there is a panel for each aggregation, with intervals; of
 * several classes and of labels one for each of them, with the three aggregations in it.
 */
final class PatientCurves {
    private static final int MOST_DRAWN = 200;

    private final ScoredImages images;
    private final Map<PatientId, List<String>> shown;
    private final List<PatientAggregation> aggregations;
    private final double level;
    private final String source;

    /**
     * Curves of the patients of scored images.
     *
     * @param shown the classes that each patient shows
     * @param level nominal coverage of the intervals
     * @param source where the images' scores are recorded
     */
    PatientCurves(
            ScoredImages images,
            Map<PatientId, List<String>> shown,
            List<PatientAggregation> aggregations,
            double level,
            String source) {
        this.images = images;
        this.shown = shown;
        this.aggregations = aggregations;
        this.level = level;
        this.source = source;
    }

    /** Panels of both kinds of curves and where their numbers are, or why there are none. */
    List<Block> blocks() {
        if (!shown.keySet().containsAll(images.patients())) {
            return List.of(RecordSections.text(
                    "No curves of patients: of some the dataset does not know any more what they show."));
        }
        List<ScoredImages> patients = aggregations.stream()
                .map(aggregation -> images.perPatient(aggregation, shown))
                .toList();
        return List.of(
                new Panels(
                        "ROC curve of patients",
                        Axis.share("1 - specificity"),
                        Axis.share("sensitivity"),
                        panels("ROC curve", patients, DrawnCurves::roc, DrawnCurves::rocRegion),
                        source),
                new Panels(
                        "Precision-recall curve of patients",
                        Axis.share("recall (sensitivity)"),
                        Axis.share("precision (positive predictive value)"),
                        panels(
                                "Precision-recall curve",
                                patients,
                                DrawnCurves::precisionRecall,
                                DrawnCurves::precisionRegion),
                        source),
                RecordSections.text(
                        "Their numbers, with figures over thresholds, calibration and net benefit of patients, are among the curves of"
                                + " the evaluation where 'aggregation' is asked for as max, mean or noisyOr."));
    }

    private List<Panel> panels(
            String kind,
            List<ScoredImages> patients,
            Function<DrawnCurves, List<Point>> curve,
            Function<DrawnCurves, List<Point>> region) {
        return images instanceof ScoredImages.Binary
                ? ofBinary(kind, patients, curve, region)
                : ofClasses(kind, patients, curve);
    }

    private List<Panel> ofBinary(
            String kind,
            List<ScoredImages> patients,
            Function<DrawnCurves, List<Point>> curve,
            Function<DrawnCurves, List<Point>> region) {
        List<Panel> panels = new ArrayList<>();
        for (int i = 0; i < aggregations.size(); i++) {
            List<ScoredCase> cases = patients.get(i).against(1);
            DrawnCurves drawn = drawn(cases);
            String name = PatientSections.words(aggregations.get(i));
            if (!judged(cases)) {
                panels.add(empty(name, kind, cases));
                continue;
            }
            panels.add(new Panel(
                    name,
                    List.of(counts(cases)),
                    kind + " of patients, " + name + "; " + counts(cases) + ".",
                    List.of(
                            new Region(Words.percent(level) + " interval, pointwise", region.apply(drawn)),
                            new Curve(kind, Stroke.SOLID, curve.apply(drawn)))));
        }
        return panels;
    }

    private List<Panel> ofClasses(String kind, List<ScoredImages> patients, Function<DrawnCurves, List<Point>> curve) {
        List<Panel> panels = new ArrayList<>();
        for (int k = 0; k < images.classes().size(); k++) {
            String name = images.classes().get(k);
            // what patients show is the same whatever becomes of their scores
            List<ScoredCase> cases = patients.get(0).against(k);
            String counts = counts(cases);
            if (!judged(cases)) {
                panels.add(empty(name, kind, cases));
                continue;
            }
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < aggregations.size(); i++) {
                layers.add(new Curve(
                        PatientSections.words(aggregations.get(i)),
                        stroke(aggregations.get(i)),
                        curve.apply(drawn(patients.get(i).against(k)))));
            }
            panels.add(
                    new Panel(name, List.of(counts), kind + " of patients for " + name + "; " + counts + ".", layers));
        }
        return panels;
    }

    private DrawnCurves drawn(List<ScoredCase> cases) {
        return new DrawnCurves(cases, ClassCurves.of("", cases), level, MOST_DRAWN);
    }

    private static boolean judged(List<ScoredCase> patients) {
        return patients.stream().map(ScoredCase::positive).distinct().count() == 2;
    }

    /** Axes without a curve, which say why there is none. */
    private static Panel empty(String name, String kind, List<ScoredCase> patients) {
        List<String> notes =
                List.of("no curve:", patients.get(0).positive() ? "every patient shows it" : "no patient shows it");
        return new Panel(name, notes, kind + " of patients, " + name + ": " + String.join(" ", notes) + ".", List.of());
    }

    private static String counts(List<ScoredCase> patients) {
        long showing = patients.stream().filter(ScoredCase::positive).count();
        long fewest = Math.min(showing, patients.size() - showing);
        return (fewest < JudgementParts.FEW_PATIENTS ? "few: " : "") + showing + " of "
                + Words.count(patients.size(), "patient") + " show it";
    }

    private static Stroke stroke(PatientAggregation aggregation) {
        return switch (aggregation) {
            case MAX -> Stroke.SOLID;
            case MEAN -> Stroke.DASHED;
            case NOISY_OR -> Stroke.DOTTED;
        };
    }
}
