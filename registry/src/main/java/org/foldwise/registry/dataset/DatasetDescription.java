package org.foldwise.registry.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordDigest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a dataset's author says of it.
 *
 * @param positiveLabel which of the labels counts as positive; absent where it is left to the rules of freezing
 * @param modality how the images were taken, for people
 * @param bodyPart what they show, for people
 * @param deidentifiedOnly whether files are refused that say they hold burned-in text or do not say that they are de-identified
 * @param frames which frames of a file are images; absent where a file stands for one, that in the middle
 */
public record DatasetDescription(
        String name,
        Task task,
        @Nullable String positiveLabel,
        @Nullable String modality,
        @Nullable String bodyPart,
        DatasetLayout layout,
        PatientLabelRule patientLabelRule,
        boolean deidentifiedOnly,
        @Nullable FrameSelection frames) {
    private static final JsonMapper JSON = JsonMapper.builder()
            // a layout that gets another part later has the digest from before where it does not use it
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    /** All of it, for the digest that binds it from the freezing on. */
    RecordDigest facts() {
        return RecordDigest.of("dataset")
                .fact("name", name)
                .fact("task", task)
                .fact("positiveLabel", positiveLabel)
                .fact("modality", modality)
                .fact("bodyPart", bodyPart)
                .document("layout", JSON.writerFor(DatasetLayout.class).writeValueAsString(layout))
                .fact("patientLabelRule", patientLabelRule)
                .fact("deidentifiedOnly", deidentifiedOnly)
                .document("frames", frames == null ? null : JSON.writeValueAsString(frames));
    }

    /**
     * The digest of what was bound of datasets that were frozen before all of it was: positive label, modality and part of the body,
     * whether they are said and how.
     */
    Digest formerDigest() {
        StringBuilder text = new StringBuilder("foldwise description 1");
        for (String said : Arrays.asList(positiveLabel, modality, bodyPart)) {
            // no text of a database holds the character that parts them
            text.append(said == null ? "\0-" : "\0+" + said);
        }
        return Digest.of(text.toString());
    }

    /** A dataset that takes of each file one image. */
    public DatasetDescription(
            String name,
            Task task,
            @Nullable String positiveLabel,
            @Nullable String modality,
            @Nullable String bodyPart,
            DatasetLayout layout,
            PatientLabelRule patientLabelRule,
            boolean deidentifiedOnly) {
        this(name, task, positiveLabel, modality, bodyPart, layout, patientLabelRule, deidentifiedOnly, null);
    }

    /** A dataset that takes files whatever they say of the patient. */
    public DatasetDescription(
            String name,
            Task task,
            @Nullable String positiveLabel,
            @Nullable String modality,
            @Nullable String bodyPart,
            DatasetLayout layout,
            PatientLabelRule patientLabelRule) {
        this(name, task, positiveLabel, modality, bodyPart, layout, patientLabelRule, false);
    }
}
