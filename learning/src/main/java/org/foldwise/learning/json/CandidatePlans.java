package org.foldwise.learning.json;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.search.CandidateDraw;
import org.foldwise.learning.search.Dimension;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.SearchSpec;
import org.foldwise.learning.search.Setting;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The plans of a search's candidates: a base plan with some fields set to other values, each read by the plans' own reader. A field that
 * is an object, such as {@code /optimizer}, is set as a whole, with defaults as in any plan; that is how another {@code kind} is searched.
 */
public final class CandidatePlans {
    /** Fields that are no matter of a search, and why. */
    private static final Map<String, String> FORBIDDEN = Map.of(
            "/seed",
            "must not be searched over: the best of several seeds is luck, and no plan",
            "/pretrained",
            "must not be searched over: an experiment holds one set of weights",
            "/predictionPrecision",
            "must not be searched over: it is chosen for speed, and nothing is learnt by it");

    private CandidatePlans() {}

    /**
     * A candidate.
     *
     * @param index 0 for the first
     * @param settings what it has instead of the base plan's, in the order of the space
     * @param plan what is trained
     */
    public record CandidatePlan(int index, List<Setting> settings, ExperimentPlan plan) {
        public CandidatePlan {
            settings = List.copyOf(settings);
        }

        /** The settings as a JSON array of {@code {pointer, value}}. */
        public String settingsJson() {
            ArrayNode array = LearningJson.mapper().createArrayNode();
            for (Setting setting : settings) {
                array.addObject().put("pointer", setting.pointer()).set("value", tree(setting.value()));
            }
            return CanonicalJson.write(array);
        }
    }

    /**
     * What is wrong with a space, field by field: pointers that lead nowhere, to one another, or to what is no matter of a search, and
     * values and ends of ranges that the plan refuses, each tried alone.
     *
     * @return pointers are within the search, such as {@code /space/0/values/2}
     */
    public static List<Mistake> mistakes(SearchSpec spec, ExperimentPlan base) {
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < spec.space().size(); i++) {
            String refusal = refusal(spec, i, base);
            if (refusal == null) {
                tryEachValue(spec.space().get(i), "/space/" + i, base, mistakes);
            } else {
                mistakes.add(new Mistake("/space/" + i + "/pointer", refusal));
            }
        }
        return mistakes;
    }

    private static @Nullable String refusal(SearchSpec spec, int index, ExperimentPlan base) {
        String pointer = spec.space().get(index).pointer();
        if (!isField(pointer, base)) {
            return "is no field of the plan; pointers are such as /optimizer/learningRate, and augmentations are set as a whole by"
                    + " /augmentation";
        }
        for (Map.Entry<String, String> forbidden : FORBIDDEN.entrySet()) {
            if (overlap(pointer, forbidden.getKey())) {
                return forbidden.getValue();
            }
        }
        if (overlap(pointer, "/backbone") && !base.pretrained().equals(PretrainedSpec.NONE)) {
            return "must not be searched over where the plan begins with pretrained weights, which are of one backbone";
        }
        if (spec instanceof SearchSpec.Halving && pointer.equals("/epochs")) {
            return "must not be searched over in a halving, which decides on epochs itself";
        }
        for (int other = 0; other < index; other++) {
            if (overlap(pointer, spec.space().get(other).pointer())) {
                return "sets what '" + spec.space().get(other).pointer() + "' sets as well";
            }
        }
        return null;
    }

    private static boolean isField(String pointer, ExperimentPlan base) {
        try {
            return pointer.startsWith("/")
                    && !PlanJson.tree(base).at(JsonPointer.compile(pointer)).isMissingNode();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean overlap(String one, String other) {
        return (one + "/").startsWith(other + "/") || (other + "/").startsWith(one + "/");
    }

    private static void tryEachValue(Dimension dimension, String where, ExperimentPlan base, List<Mistake> mistakes) {
        if (dimension instanceof Dimension.Values listed) {
            for (int i = 0; i < listed.values().size(); i++) {
                tryValue(dimension.pointer(), listed.values().get(i), where + "/values/" + i, base, mistakes);
            }
        } else if (dimension instanceof Dimension.WholeRange range) {
            tryValue(dimension.pointer(), Integer.toString(range.lower()), where + "/lower", base, mistakes);
            tryValue(dimension.pointer(), Integer.toString(range.upper()), where + "/upper", base, mistakes);
        } else if (dimension instanceof Dimension.Range range) {
            tryValue(dimension.pointer(), CanonicalJson.shortest(range.lower()), where + "/lower", base, mistakes);
            tryValue(dimension.pointer(), CanonicalJson.shortest(range.upper()), where + "/upper", base, mistakes);
        }
    }

    private static void tryValue(
            String pointer, String value, String where, ExperimentPlan base, List<Mistake> mistakes) {
        try {
            PlanJson.read(with(base, List.of(new Setting(pointer, value))), "");
        } catch (InvalidPlanException e) {
            for (Mistake mistake : e.mistakes()) {
                mistakes.add(new Mistake(
                        where,
                        mistake.pointer().equals(pointer)
                                ? mistake.detail()
                                : "the plan would be wrong at " + mistake.pointer() + ", which " + mistake.detail()));
            }
        }
    }

    /**
     * All candidates.
     *
     * @throws InvalidPlanException with all combinations that the plan refuses, or that come to a plan twice; pointers are within the
     *     search
     */
    public static List<CandidatePlan> of(SearchSpec spec, ExperimentPlan base) {
        List<Mistake> mistakes = new ArrayList<>(mistakes(spec, base));
        List<CandidatePlan> candidates = new ArrayList<>();
        if (mistakes.isEmpty()) {
            List<List<Setting>> drawn = draw(spec, mistakes);
            Map<Digest, Integer> indexOf = new HashMap<>();
            for (int i = 0; i < drawn.size(); i++) {
                addCandidate(i, drawn.get(i), base, candidates, indexOf, mistakes);
            }
        }
        if (!mistakes.isEmpty()) {
            throw new InvalidPlanException(mistakes);
        }
        return List.copyOf(candidates);
    }

    private static List<List<Setting>> draw(SearchSpec spec, List<Mistake> mistakes) {
        try {
            return CandidateDraw.of(spec);
        } catch (IllegalArgumentException e) {
            mistakes.add(aboutField(e));
            return List.of();
        }
    }

    private static void addCandidate(
            int index,
            List<Setting> settings,
            ExperimentPlan base,
            List<CandidatePlan> candidates,
            Map<Digest, Integer> indexOf,
            List<Mistake> mistakes) {
        try {
            CandidatePlan candidate = new CandidatePlan(index, settings, PlanJson.read(with(base, settings), ""));
            Integer twin = indexOf.putIfAbsent(PlanJson.digest(candidate.plan()), index);
            if (twin != null) {
                mistakes.add(new Mistake(
                        "/space",
                        "candidates " + twin + " and " + index + " come to the same plan: " + told(settings)));
            }
            candidates.add(candidate);
        } catch (InvalidPlanException e) {
            for (Mistake mistake : e.mistakes()) {
                mistakes.add(new Mistake(
                        "/space",
                        "candidate " + index + " (" + told(settings) + ") would be wrong at " + mistake.pointer()
                                + ", which " + mistake.detail()));
            }
        }
    }

    private static String told(List<Setting> settings) {
        return String.join(
                ", ",
                settings.stream()
                        .map(setting -> setting.pointer() + " " + setting.value())
                        .toList());
    }

    /**
     * The rungs of a search over candidates of that base plan.
     *
     * @throws InvalidPlanException if there are none; pointers are within the search
     */
    public static List<Rung> rungs(SearchSpec spec, ExperimentPlan base) {
        try {
            return Rung.of(spec, base.epochs());
        } catch (IllegalArgumentException e) {
            throw new InvalidPlanException(List.of(aboutField(e)));
        }
    }

    /** Refusals begin with their subject: {@code count must be ...}. */
    private static Mistake aboutField(IllegalArgumentException refusal) {
        String message = String.valueOf(refusal.getMessage());
        int end = message.indexOf(' ');
        return new Mistake("/" + message.substring(0, end), message.substring(end + 1));
    }

    private static JsonNode with(ExperimentPlan base, List<Setting> settings) {
        JsonNode plan = PlanJson.tree(base);
        for (Setting setting : settings) {
            JsonPointer pointer = JsonPointer.compile(setting.pointer());
            JsonNode parent = plan.at(pointer.head());
            JsonPointer last = pointer.last();
            if (parent instanceof ObjectNode object) {
                object.set(last.getMatchingProperty(), tree(setting.value()));
            } else if (parent instanceof ArrayNode array) {
                array.set(last.getMatchingIndex(), tree(setting.value()));
            } else {
                throw new IllegalStateException("'" + setting.pointer() + "' was checked to be a field");
            }
        }
        return plan;
    }

    private static JsonNode tree(String json) {
        try {
            return LearningJson.mapper().readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("a setting's value must be JSON", e);
        }
    }
}
