package org.foldwise.learning.json;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.foldwise.learning.imaging.OtherPreprocessingException;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The manifest of a model bundle as JSON, in canonical form: {@link BundleManifest} with the format's name and the fingerprint
 * of each preprocessing. What belongs to the network of a bundle that has one stands beside the rest; an ensemble has a list of
 * members. Only that form is read, so that equal manifests are equal bytes and nothing can hide in one.
 */
public final class BundleManifestJson {
    private static final String FORMAT = "foldwise bundle 1";
    private static final String ENSEMBLE_FORMAT = "foldwise ensemble 1";
    private static final String MEMBERS_FIELD = "members";
    private static final String RUN_FIELD = "run";
    private static final String FORMAT_FIELD = "format";
    private static final String THRESHOLD_FIELD = "threshold";
    private static final String LABEL_THRESHOLDS_FIELD = "labelThresholds";
    private static final String RECALIBRATION_FIELD = "recalibration";
    private static final String PREDICTION_SETS_FIELD = "predictionSets";
    private static final String PROVENANCE_FIELD = "provenance";
    private static final String FINGERPRINT_FIELD = "preprocessingFingerprint";
    /** What belongs to a network, and not to what is made of its answers. */
    private static final List<String> MEMBER_FIELDS =
            List.of("plan", "preprocessing", FINGERPRINT_FIELD, PROVENANCE_FIELD, "weights");
    /** What a provenance did not say at first; left out where it says nothing there, as in bundles from before. */
    private static final List<String> ADDED_TO_PROVENANCE =
            List.of("trainingPath", "trainingPathReason", "environments");
    /** What a threshold's rule reached, if it reached anything: the only place that may hold absent values. */
    private static final String MAY_HOLD_NULLS = "reached";
    /** The weights that a training began with, which may be absent as a whole. */
    private static final String MAY_BE_NULL = "pretrained";

    private static final JsonMapper MAPPER = LearningJson.configure(JsonMapper.builder())
            .addMixIn(Preprocessing.Step.class, StepMixIn.class)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private BundleManifestJson() {}

    /** The canonical text in UTF-8. */
    public static byte[] write(BundleManifest manifest) {
        ObjectNode json = MAPPER.valueToTree(manifest);
        if (manifest.threshold() == null) {
            json.remove(THRESHOLD_FIELD);
        }
        if (manifest.labelThresholds().isEmpty()) {
            json.remove(LABEL_THRESHOLDS_FIELD);
        }
        if (manifest.recalibration() instanceof Recalibration.None) {
            json.remove(RECALIBRATION_FIELD);
        }
        if (manifest.predictionSets() instanceof PredictionSets.None) {
            json.remove(PREDICTION_SETS_FIELD);
        }
        ArrayNode members = json.putArray(MEMBERS_FIELD);
        manifest.members().forEach(member -> members.add(member(member)));
        if (members.size() == 1) {
            json.remove(MEMBERS_FIELD);
            json.setAll((ObjectNode) members.get(0));
            json.remove(RUN_FIELD);
        }
        json.put(FORMAT_FIELD, members.size() == 1 ? FORMAT : ENSEMBLE_FORMAT);
        return CanonicalJson.write(json).getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode member(BundleManifest.Member member) {
        ObjectNode json = MAPPER.valueToTree(member);
        json.put(FINGERPRINT_FIELD, member.preprocessing().fingerprint().hex());
        if (json.get(PROVENANCE_FIELD) instanceof ObjectNode provenance) {
            ADDED_TO_PROVENANCE.forEach(field -> {
                if (provenance.path(field).isNull()) {
                    provenance.remove(field);
                }
            });
        }
        return json;
    }

    /**
     * Reads a manifest.
     *
     * @throws IllegalArgumentException if it is not one in canonical form, or if this program would preprocess differently
     */
    public static BundleManifest read(byte[] utf8) {
        BundleManifest manifest;
        try {
            manifest = manifest(MAPPER.readTree(utf8));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a manifest: " + e.getOriginalMessage(), e);
        } catch (InvalidPlanException e) {
            throw new IllegalArgumentException("the plan: " + e.getMessage(), e);
        }
        if (!Arrays.equals(utf8, write(manifest))) {
            throw new IllegalArgumentException("the manifest is not in canonical form");
        }
        return manifest;
    }

    private static BundleManifest manifest(JsonNode json) {
        if (!(json instanceof ObjectNode fields)) {
            throw new IllegalArgumentException("the manifest must be an object");
        }
        JsonNode format = fields.remove(FORMAT_FIELD);
        boolean isEnsemble = isCalled(format, ENSEMBLE_FORMAT);
        if (!isEnsemble && !isCalled(format, FORMAT)) {
            throw new IllegalArgumentException(
                    "format must be '" + FORMAT + "' or '" + ENSEMBLE_FORMAT + "', was " + format);
        }
        requireNoNulls(fields);
        if (!isEnsemble) {
            gather(fields);
        }
        List<String> fingerprints = takeFingerprints(fields.path(MEMBERS_FIELD));
        for (JsonNode member : fields.path(MEMBERS_FIELD)) {
            if (member.path(PROVENANCE_FIELD) instanceof ObjectNode provenance) {
                ADDED_TO_PROVENANCE.forEach(field -> provenance.putIfAbsent(field, provenance.nullNode()));
            }
        }
        // each task writes but its own; what should not be there does not survive the comparison with the canonical
        // form
        fields.putIfAbsent(THRESHOLD_FIELD, fields.nullNode());
        fields.putIfAbsent(LABEL_THRESHOLDS_FIELD, fields.arrayNode());
        fields.putIfAbsent(RECALIBRATION_FIELD, MAPPER.valueToTree(new Recalibration.None()));
        fields.putIfAbsent(PREDICTION_SETS_FIELD, MAPPER.valueToTree(new PredictionSets.None()));
        BundleManifest manifest = MAPPER.treeToValue(fields, BundleManifest.class);
        if ((manifest.members().size() > 1) != isEnsemble) {
            throw new IllegalArgumentException("an ensemble has 2 members or more, had 1");
        }
        for (int i = 0; i < fingerprints.size(); i++) {
            Digest ours = manifest.members().get(i).preprocessing().fingerprint();
            if (!ours.hex().equals(fingerprints.get(i))) {
                throw new OtherPreprocessingException("the model saw images preprocessed as " + fingerprints.get(i)
                        + ", this program preprocesses as " + ours);
            }
        }
        return manifest;
    }

    private static boolean isCalled(@Nullable JsonNode format, String name) {
        return format != null && format.isString() && format.stringValue().equals(name);
    }

    /** Puts what belongs to the only network into a list of its own. */
    private static void gather(ObjectNode fields) {
        ObjectNode member = fields.objectNode();
        for (String name : MEMBER_FIELDS) {
            JsonNode value = fields.remove(name);
            if (value != null) {
                member.set(name, value);
            }
        }
        member.putNull(RUN_FIELD);
        fields.putArray(MEMBERS_FIELD).add(member);
    }

    private static List<String> takeFingerprints(JsonNode members) {
        List<String> fingerprints = new ArrayList<>();
        for (JsonNode member : members) {
            JsonNode fingerprint = member instanceof ObjectNode fields ? fields.remove(FINGERPRINT_FIELD) : null;
            if (fingerprint == null || !fingerprint.isString()) {
                throw new IllegalArgumentException(FINGERPRINT_FIELD + " is missing");
            }
            fingerprints.add(fingerprint.stringValue());
        }
        return fingerprints;
    }

    private static void requireNoNulls(ObjectNode json) {
        json.forEachEntry((name, value) -> {
            boolean isAbsent = value.isNull() && name.equals(MAY_BE_NULL);
            if (!isAbsent && !name.equals(MAY_HOLD_NULLS)) {
                requireNoNulls(name, value);
            }
        });
    }

    private static void requireNoNulls(String name, JsonNode value) {
        if (value.isNull()) {
            throw new IllegalArgumentException(name + " must not be, nor hold, null");
        }
        if (value instanceof ObjectNode object) {
            requireNoNulls(object);
        }
        if (value.isArray()) {
            value.forEach(element -> requireNoNulls(name, element));
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = Kinds.PROPERTY)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Preprocessing.Step.Window.class, name = "window"),
        @JsonSubTypes.Type(value = Preprocessing.Step.Channels.class, name = "channels"),
        @JsonSubTypes.Type(value = Preprocessing.Step.Equalize.class, name = "equalize"),
        @JsonSubTypes.Type(value = Preprocessing.Step.Resize.class, name = "resize"),
        @JsonSubTypes.Type(value = Preprocessing.Step.CentreCrop.class, name = "centreCrop"),
        @JsonSubTypes.Type(value = Preprocessing.Step.Letterbox.class, name = "letterbox"),
        @JsonSubTypes.Type(value = Preprocessing.Step.Scale.class, name = "scale"),
        @JsonSubTypes.Type(value = Preprocessing.Step.Normalize.class, name = "normalize")
    })
    private interface StepMixIn {}
}
