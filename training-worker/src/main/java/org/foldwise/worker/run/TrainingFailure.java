package org.foldwise.worker.run;

import java.util.Optional;
import org.foldwise.learning.training.DivergedException;
import org.foldwise.registry.run.FailureCode;

/**
 * Why a training came to nothing, where that is known.
 *
 * @param code of the failure
 * @param detail for people, without patient data
 */
public record TrainingFailure(FailureCode code, String detail) {
    private static final String TOO_LITTLE_MEMORY = "there was too little memory; try a smaller batch or image size";

    /**
     * What is known of a failure.
     *
     * @throws RuntimeException the failure itself, where nothing is
     */
    public static TrainingFailure of(RuntimeException failure) {
        if (failure instanceof DivergedException) {
            return new TrainingFailure(FailureCode.DIVERGED, failure.getMessage() + "; try a lower learning rate");
        }
        Optional<String> ofMaterial = MaterialFailure.ofMaterial(failure);
        if (ofMaterial.isPresent()) {
            return new TrainingFailure(FailureCode.BAD_INPUT, ofMaterial.get());
        }
        if (failure instanceof IllegalArgumentException) {
            return new TrainingFailure(
                    FailureCode.BAD_INPUT, "the plan does not fit the data: " + failure.getMessage());
        }
        if (failure instanceof IllegalStateException) {
            return new TrainingFailure(FailureCode.INTERNAL, String.valueOf(failure.getMessage()));
        }
        if (isNativeOutOfMemory(failure)) {
            return outOfMemory();
        }
        throw failure;
    }

    /** There was too little memory. */
    public static TrainingFailure outOfMemory() {
        return new TrainingFailure(FailureCode.OUT_OF_MEMORY, TOO_LITTLE_MEMORY);
    }

    /** The engine has one exception for everything; its allocator's words tell this one apart. */
    private static boolean isNativeOutOfMemory(RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("can't allocate memory") || message.contains("out of memory");
    }
}
