package org.foldwise.api.prediction;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Classifiers that are loaded, at most so many; the one that was asked longest ago goes first, and it is closed as soon as nobody is
 * being answered by it any more. Each is loaded once, however many ask for it at the same time, and its loading holds nobody up who
 * asks for another.
 *
 * @param <C> the classifiers
 */
final class OpenClassifiers<C> {
    private final int most;
    private final Function<UUID, C> loader;
    private final Consumer<C> closer;
    private final LinkedHashMap<UUID, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * An empty cache.
     *
     * @param most how many are kept
     * @param loader opens the classifier of a model version
     * @param closer frees a classifier
     */
    OpenClassifiers(int most, Function<UUID, C> loader, Consumer<C> closer) {
        this.most = most;
        this.loader = loader;
        this.closer = closer;
    }

    /** Uses the classifier of a model version; it stays open at least until the use has ended. */
    <T> T use(UUID modelVersion, Function<C, T> use) {
        Entry entry = enter(modelVersion);
        try {
            return use.apply(entry.classifier());
        } catch (LoadingFailedException e) {
            forget(modelVersion, entry);
            throw e.getCause();
        } finally {
            leave(entry);
        }
    }

    void close() {
        List<Entry> idle = new ArrayList<>();
        synchronized (entries) {
            for (Entry entry : entries.values()) {
                if (entry.evict()) {
                    idle.add(entry);
                }
            }
            entries.clear();
        }
        idle.forEach(Entry::close);
    }

    private Entry enter(UUID modelVersion) {
        List<Entry> idle = new ArrayList<>();
        Entry entry;
        synchronized (entries) {
            entry = entries.computeIfAbsent(modelVersion, id -> new Entry(id));
            entry.users++;
            Iterator<Map.Entry<UUID, Entry>> oldestFirst = entries.entrySet().iterator();
            while (entries.size() > most) {
                Entry oldest = oldestFirst.next().getValue();
                oldestFirst.remove();
                if (oldest.evict()) {
                    idle.add(oldest);
                }
            }
        }
        idle.forEach(Entry::close);
        return entry;
    }

    private void leave(Entry entry) {
        boolean last;
        synchronized (entries) {
            entry.users--;
            last = entry.evicted && entry.users == 0;
        }
        if (last) {
            entry.close();
        }
    }

    private void forget(UUID modelVersion, Entry failed) {
        synchronized (entries) {
            failed.evicted = true;
            entries.remove(modelVersion, failed);
        }
    }

    /** How many are kept. */
    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    /** One classifier; its counters are guarded by the lock on the entries, its loading by its own. */
    private final class Entry {
        private final UUID modelVersion;
        private int users;
        private boolean evicted;
        private @Nullable C classifier;

        Entry(UUID modelVersion) {
            this.modelVersion = modelVersion;
        }

        synchronized C classifier() {
            if (classifier == null) {
                try {
                    classifier = loader.apply(modelVersion);
                } catch (RuntimeException e) {
                    throw new LoadingFailedException(e);
                }
            }
            return classifier;
        }

        /** Takes the entry out of use; whether it can be closed at once. */
        boolean evict() {
            evicted = true;
            return users == 0;
        }

        synchronized void close() {
            if (classifier != null) {
                closer.accept(classifier);
            }
        }
    }

    private static final class LoadingFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final RuntimeException failure;

        LoadingFailedException(RuntimeException failure) {
            super(failure);
            this.failure = failure;
        }

        @Override
        public synchronized RuntimeException getCause() {
            return failure;
        }
    }
}
