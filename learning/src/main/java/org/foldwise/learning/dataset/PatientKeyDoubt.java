package org.foldwise.learning.dataset;

import org.jspecify.annotations.Nullable;

/**
 * Why the Patient ID of a DICOM file may be no patient's. It is looked at while it is still a word: what is kept is a pseudonym, which nothing can be read off. The
 * first that holds counts.
 */
public enum PatientKeyDoubt {
    /** What programs write where there is no key. */
    PLACEHOLDER,
    /** The file's own SOP Instance UID, which no other image has. */
    INSTANCE,
    /** The name of the file with its extension. */
    FILE_NAME_WITH_EXTENSION,
    /** The name of the file, which may be called after the patient. */
    FILE_NAME;

    /**
     * What speaks against a key.
     *
     * @param patientKey as the file states it
     * @param instanceKey as the file states it; null where it does not
     * @param file the path under which the file was uploaded
     * @return null where nothing does
     */
    public static @Nullable PatientKeyDoubt of(String patientKey, @Nullable String instanceKey, String file) {
        if (Placeholders.isOne(patientKey)) {
            return PLACEHOLDER;
        }
        if (patientKey.equals(instanceKey)) {
            return INSTANCE;
        }
        if (!FileNames.isCalled(file, patientKey)) {
            return null;
        }
        return FileNames.hasExtensionOf(file, patientKey) ? FILE_NAME_WITH_EXTENSION : FILE_NAME;
    }
}
