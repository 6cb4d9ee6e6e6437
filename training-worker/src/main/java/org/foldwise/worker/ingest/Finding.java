package org.foldwise.worker.ingest;

import java.util.Collection;
import java.util.List;

/**
 * Something about a dataset that its researcher should know before splitting it; stored with it as JSON.
 *
 * @param code stable, for programs
 * @param evidence what was found, in figures, without patient ids
 * @param images names of images it is about, at most 100 of them
 * @param suggestion what can be done
 */
record Finding(Code code, Severity severity, String evidence, List<String> images, String suggestion) {
    private static final int MOST_IMAGES = 100;

    /** What was found. */
    enum Code {
        UNREADABLE_IMAGE,
        DUPLICATES_WITHIN_PATIENT,
        DUPLICATES_ACROSS_PATIENTS,
        DUPLICATES_WITH_DIFFERENT_LABELS,
        SIMILAR_PATIENT_IDS,
        ONE_IMAGE_PER_PATIENT,
        PATIENTS_WITH_SEVERAL_LABELS,
        ASPECT_RATIOS_VARY,
        TINY_CLASS,
        CLASS_IMBALANCE,
        TEXT_METADATA,
        TRAILING_DATA,
        SEVERAL_FRAMES
    }

    /** How bad it is. */
    enum Severity {
        /** Good to know. */
        INFO,
        /** Results may mislead. */
        WARNING,
        /** The dataset cannot be frozen. */
        ERROR
    }

    Finding {
        images = images.stream().limit(MOST_IMAGES).toList();
    }

    static Finding about(Code code, Severity severity, String evidence, Collection<String> images, String suggestion) {
        return new Finding(code, severity, evidence, List.copyOf(images), suggestion);
    }
}
