package org.foldwise.registry.dataset;

import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
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
