package org.foldwise.api.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.DatasetFacts;
import org.foldwise.learning.quality.Finding;
import org.foldwise.registry.dataset.Dataset;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Gathers what is known of a frozen dataset from its description, its profile, its findings and its images. */
@Component
public class DatasetFactsReading {
    /** Findings of these severities concern nobody before a training. */
    private static final Set<String> HARMLESS = Set.of("info", "notice");
    /** But for these: whether the patients are patients is asked of whoever trains on them, too. */
    private static final Set<String> REPEATED = Set.of(WireNames.of(Finding.Code.ONE_IMAGE_PER_PATIENT));

    private static final int COLOUR = 3;

    private final PlanFit fit;
    private final JsonMapper mapper;

    DatasetFactsReading(PlanFit fit, JsonMapper mapper) {
        this.fit = fit;
        this.mapper = mapper;
    }

    /**
     * What is known of {@code dataset}, whose images are those of {@code cohort}.
     *
     * @throws org.foldwise.registry.dataset.DatasetTamperedException if something else is said of it, or was found in it, than when it was frozen
     */
    public DatasetFacts of(Dataset dataset, Cohort cohort) {
        dataset.requireAsFrozen();
        List<ImageRecord> images = cohort.images();
        JsonNode profile = mapper.readTree(Objects.requireNonNullElse(dataset.profile(), "{}"));
        String modality = dataset.description().modality();
        String bodyPart = dataset.description().bodyPart();
        return new DatasetFacts(
                modality == null ? modality(profile, images.size()) : modality,
                together(bodyPart, bodyParts(profile)),
                images.size(),
                dataset.patientCount(),
                (int) images.stream()
                        .filter(image -> image.acquiredOn() != null)
                        .count(),
                (int) images.stream()
                        .map(ImageRecord::site)
                        .filter(Objects::nonNull)
                        .distinct()
                        .count(),
                profile.path("patientsWithSeveralLabels").asInt(0),
                profile.path("aspectRatio").isObject() ? pixels(profile, fit.withoutValues(dataset)) : null,
                concerns(mapper.readTree(dataset.findings())));
    }

    /** What all files say, if they agree; nothing if they do not, or some say nothing. */
    private static @Nullable String modality(JsonNode profile, int images) {
        JsonNode values = said(profile, "modality");
        return values.size() == 1 && values.path(0).path("images").asInt() == images
                ? values.path(0).path("value").asString()
                : null;
    }

    /** What is said in words, and what files say unless it is the same: either may be the one that is right. */
    private static @Nullable String together(@Nullable String described, @Nullable String said) {
        if (described == null || said == null || described.equalsIgnoreCase(said)) {
            return described == null ? said : described;
        }
        return described + ", " + said;
    }

    /** All that files say, whether they agree or not: one chest among other parts is a chest that must not be mirrored. */
    private static @Nullable String bodyParts(JsonNode profile) {
        List<String> parts = new ArrayList<>();
        for (JsonNode value : said(profile, "bodyPart")) {
            parts.add(value.path("value").asString(""));
        }
        return parts.isEmpty() ? null : String.join(", ", parts);
    }

    private static JsonNode said(JsonNode profile, String name) {
        for (JsonNode known : profile.path("metadata")) {
            if (known.path("name").asString("").equals(name)) {
                return known.path("values");
            }
        }
        return MissingNode.getInstance();
    }

    private static DatasetFacts.Pixels pixels(JsonNode profile, int shadesOnly) {
        int colour = 0;
        for (JsonNode occurrence : profile.path("channels")) {
            colour += occurrence.path("value").asInt() >= COLOUR
                    ? occurrence.path("count").asInt()
                    : 0;
        }
        return new DatasetFacts.Pixels(
                profile.at("/aspectRatio/minimum").asDouble(),
                profile.at("/aspectRatio/maximum").asDouble(),
                profile.at("/height/median").asDouble(),
                colour,
                shadesOnly);
    }

    private static List<DatasetFacts.Concern> concerns(JsonNode findings) {
        List<DatasetFacts.Concern> concerns = new ArrayList<>();
        for (JsonNode finding : findings) {
            String severity = finding.path("severity").asString("");
            String code = finding.path("code").asString("");
            if (!HARMLESS.contains(severity) || REPEATED.contains(code)) {
                concerns.add(new DatasetFacts.Concern(
                        code, severity, finding.path("evidence").asString("")));
            }
        }
        return concerns;
    }
}
