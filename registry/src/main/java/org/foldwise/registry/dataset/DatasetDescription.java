package org.foldwise.registry.dataset;

import java.util.Arrays;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

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
    /**
     * The digest of what checks of an experiment rest on and the cohort does not hold: positive label, modality and part of the body,
     * whether they are said and how.
     */
    Digest digest() {
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
