package org.foldwise.learning.dataset.layout;

/** What a row of a label table is about. */
public enum LabelKey {
    /** One image, by its path relative to the table. */
    FILE,
    /** One image, by its SOP Instance UID. */
    INSTANCE,
    /** All images of a patient, by the Patient ID. */
    PATIENT
}
