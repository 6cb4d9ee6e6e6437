package org.foldwise.worker.run;

import java.util.Optional;
import org.foldwise.learning.imaging.OtherPreprocessingException;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.dataset.DataWithdrawnException;

/** What was wrong with what a job was given, where that is known. Trying again would not help, so the job reports it and ends. */
public final class MaterialFailure {
    private MaterialFailure() {}

    /** What is wrong with images, split, weights or stored files, for people, without patient data; empty where the failure is another one. */
    static Optional<String> ofMaterial(RuntimeException failure) {
        if (failure instanceof UnreadableImageException) {
            return Optional.of("an image cannot be decoded: " + failure.getMessage());
        }
        Optional<String> ofFile = DamagedFileException.in(failure).map(Throwable::getMessage);
        if (ofFile.isPresent()) {
            return ofFile;
        }
        Optional<String> ofRecord = RecordTamperedException.in(failure).map(Throwable::getMessage);
        if (ofRecord.isPresent()) {
            return ofRecord;
        }
        return failure instanceof DataWithdrawnException
                        || failure instanceof MaterialChangedException
                        || failure instanceof OtherPreprocessingException
                ? Optional.of(String.valueOf(failure.getMessage()))
                : Optional.empty();
    }

    /**
     * The same, or why the job's request does not go with its material.
     *
     * @throws RuntimeException the failure itself, where it is another one
     */
    public static String detail(RuntimeException failure) {
        return ofMaterial(failure).orElseGet(() -> {
            if (failure instanceof IllegalArgumentException) {
                return String.valueOf(failure.getMessage());
            }
            throw failure;
        });
    }
}
