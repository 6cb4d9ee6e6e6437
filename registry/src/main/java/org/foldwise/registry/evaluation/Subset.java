package org.foldwise.registry.evaluation;

import jakarta.persistence.Converter;
import org.foldwise.registry.EnumColumn;

/** Which images an evaluation looks at. */
public enum Subset {
    /** A run's validation images. Chooses and freezes the run's threshold. */
    VALIDATION,
    /** The held-out images of all folds of a cross-validation, each scored by the run that did not see it. */
    OUT_OF_FOLD,
    /** The locked test images. Every opening is counted. */
    TEST,
    /** All images of another dataset. */
    EXTERNAL;

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<Subset> {
        Column() {
            super(Subset.class);
        }
    }
}
