package org.foldwise.api.weights;

import io.swagger.v3.oas.annotations.media.Schema;

/** Whether trainings can begin with a weight set. */
@Schema(
        name = "WeightSetState",
        description =
                "imported: trainings can begin with it. inDirectory: the file is in the platform's directory of weights and"
                        + " is imported when a plan asks for it. missing: it has to be imported first.")
enum WeightSetState {
    /** Trainings can begin with it. */
    IMPORTED,
    /** Its file lies in the directory of weights, from where it is imported when a plan asks for it. */
    IN_DIRECTORY,
    /** It is known, but its file is not here. */
    MISSING
}
