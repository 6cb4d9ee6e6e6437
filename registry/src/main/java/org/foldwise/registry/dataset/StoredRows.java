package org.foldwise.registry.dataset;

import java.util.function.Supplier;
import org.foldwise.registry.RecordTamperedException;
import tools.jackson.databind.DatabindException;

/** What is made of the stored rows of a dataset. */
public final class StoredRows {
    private StoredRows() {}

    /**
     * Reads something of a dataset's rows.
     *
     * @param reading throws {@link IllegalArgumentException} where rows contradict what they are to be, or {@link RecordTamperedException}
     * @throws DatasetTamperedException if they do and the dataset is frozen: then they agreed, and were changed past the platform. It names no row, since
     *     those hold ids of patients.
     * @throws DataWithdrawnException if they do and patients were withdrawn from it
     * @throws IllegalArgumentException if they do while it is being frozen
     */
    public static <T> T read(Dataset dataset, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (DatasetTamperedException e) {
            throw e;
        } catch (IllegalArgumentException | DatabindException | RecordTamperedException e) {
            if (dataset.wasFrozen()) {
                // a class may have gone with its last patient
                dataset.requireWhole();
                throw new DatasetTamperedException(
                        dataset,
                        "rows of its images contradict its task, its classes, its manifest or what images can be");
            }
            throw e;
        }
    }
}
