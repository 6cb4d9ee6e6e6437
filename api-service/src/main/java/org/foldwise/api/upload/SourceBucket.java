package org.foldwise.api.upload;

import java.util.Optional;
import java.util.function.Consumer;
import org.foldwise.api.bucket.Bucket;
import org.foldwise.api.bucket.BucketAddress;
import org.foldwise.api.bucket.BucketException;
import org.foldwise.api.bucket.BucketException.Reason;
import org.foldwise.api.bucket.BucketObject;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bucket of an object store, or what lies below a prefix of it. What a key has between slashes counts as its folders; keys that end in a
 * slash, by which tools make empty folders, stand for nothing.
 */
final class SourceBucket implements SourcePlace {
    private static final Logger log = LoggerFactory.getLogger(SourceBucket.class);

    private final String source;
    private final String prefix;
    private final Bucket bucket;

    /**
     * @param source the source's name, for the log
     * @param prefix a folder without slashes at its ends, or empty for the whole bucket
     */
    SourceBucket(String source, String prefix, Bucket bucket) {
        this.source = source;
        this.prefix = prefix;
        this.bucket = bucket;
    }

    /**
     * Prepares to ask for the bucket of that address. The object store is not asked yet: the service starts without it.
     *
     * @throws IllegalArgumentException if the address is none
     */
    static SourceBucket open(String source, String address) {
        BucketAddress parsed = BucketAddress.parse(address);
        if (!parsed.prefix().isEmpty()) {
            new EntryName(parsed.prefix() + "/").defect().ifPresent(defect -> {
                throw new IllegalArgumentException("behind the bucket's name, " + defect);
            });
        }
        return new SourceBucket(source, parsed.prefix(), Bucket.open(parsed));
    }

    /** Why the bucket cannot be listed now, if it cannot. */
    Optional<Reason> complaint() {
        try {
            bucket.probe(start(""));
            return Optional.empty();
        } catch (BucketException e) {
            return Optional.of(e.reason());
        }
    }

    @Override
    public void list(String folder, ArchiveWalk walk, Consumer<SourceFile> files) {
        Listing listing = new Listing(start(folder), walk, files);
        try {
            bucket.list(listing.start, listing::add);
        } catch (BucketException e) {
            throw unavailable(e);
        }
        if (!listing.met && !folder.isEmpty()) {
            throw SourcePlace.noFolder();
        }
    }

    @Override
    public byte[] read(String folder, SourceFile file) {
        try {
            return bucket.read(new BucketObject(start(folder) + file.name().value(), file.size(), file.version()));
        } catch (BucketException e) {
            if (e.reason() == Reason.OBJECT_CHANGED) {
                throw UnfitFileException.changed();
            }
            if (e.reason() == Reason.OBJECT_REFUSED) {
                log.warn("an object of source '{}' cannot be read: {}", source, e.getMessage());
                throw UnfitFileException.unreadable();
            }
            throw unavailable(e);
        }
    }

    private RefusedException unavailable(BucketException e) {
        log.warn("source '{}' cannot be read: {}", source, e.getMessage());
        return new RefusedException(
                ProblemType.SOURCE_UNAVAILABLE,
                "The source cannot be read: " + e.reason().sentence()
                        + ". Nothing of this request was stored; earlier portions stay.");
    }

    /** How the keys of a folder's objects begin. */
    private String start(String folder) {
        String start = prefix + (prefix.isEmpty() || folder.isEmpty() ? "" : "/") + folder;
        return start.isEmpty() ? "" : start + "/";
    }

    @Override
    public void close() {
        bucket.close();
    }

    /** One listing of a folder. */
    private static final class Listing {
        private final String start;
        private final ArchiveWalk walk;
        private final Consumer<SourceFile> files;
        private boolean met;

        Listing(String start, ArchiveWalk walk, Consumer<SourceFile> files) {
            this.start = start;
            this.walk = walk;
            this.files = files;
        }

        void add(BucketObject object) {
            met = true;
            EntryName name = new EntryName(object.key().substring(start.length()));
            if (name.value().isEmpty() || name.isFolder()) {
                walk.passOver();
            } else if (walk.wants(name) && walk.sizeAllowed(name, object.size())) {
                files.accept(new SourceFile(name, object.size(), object.version()));
            }
        }
    }
}
