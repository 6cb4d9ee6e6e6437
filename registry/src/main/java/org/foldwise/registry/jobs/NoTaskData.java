package org.foldwise.registry.jobs;

import com.github.kagkarlsson.scheduler.serializer.Serializer;
import org.jspecify.annotations.Nullable;

/** Refuses data in db-scheduler's rows: a job is a kind and an id. Its default would read and write Java's serialized objects. */
final class NoTaskData implements Serializer {
    @Override
    public byte @Nullable [] serialize(@Nullable Object data) {
        if (data != null) {
            throw new IllegalArgumentException("jobs carry no data");
        }
        return null;
    }

    @Override
    public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] data) {
        if (data != null) {
            throw new IllegalArgumentException("jobs carry no data");
        }
        return null;
    }
}
