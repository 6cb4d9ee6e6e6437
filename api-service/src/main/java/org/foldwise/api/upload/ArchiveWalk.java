package org.foldwise.api.upload;

import java.util.HashSet;
import java.util.Set;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;

/** The checks that all kinds of archives share, with what has to be remembered from entry to entry. */
final class ArchiveWalk {
    private final ArchiveLimits limits;
    private final Defects defects;
    private final Set<String> seen = new HashSet<>();
    private final ArchiveFolders folders = new ArchiveFolders();
    private int entries;
    private long totalBytes;

    ArchiveWalk(ArchiveLimits limits, Defects defects) {
        this.limits = limits;
        this.defects = defects;
    }

    ArchiveLimits limits() {
        return limits;
    }

    Defects defects() {
        return defects;
    }

    /** The folders met so far. */
    ArchiveFolders folders() {
        return folders;
    }

    /**
     * Whether the entry's content is wanted: its name is in order and it is neither a folder nor a system file.
     *
     * @throws RefusedException if there are too many entries
     */
    boolean wants(EntryName name) {
        entries++;
        if (entries > limits.maximumEntries()) {
            throw tooManyEntries(limits);
        }
        String defect = name.defect().orElse(null);
        if (defect != null) {
            defects.add(name, defect);
            return false;
        }
        if (name.isSystemFile()) {
            return false;
        }
        if (name.isFolder()) {
            folders.met(name);
            return false;
        }
        folders.filledBy(name);
        if (!seen.add(name.collisionKey())) {
            defects.add(name, "another entry has the same name, or one that differs in case or Unicode form only");
            return false;
        }
        return true;
    }

    /** Whether a file of that size may be read; if not, that has been reported. */
    boolean sizeAllowed(EntryName name, long bytes) {
        if (bytes > limits.maximumEntryBytes()) {
            defects.add(
                    name, "has " + bytes + " bytes unpacked, at most " + limits.maximumEntryBytes() + " are accepted");
            return false;
        }
        return true;
    }

    /**
     * Adds to what has been unpacked.
     *
     * @throws RefusedException if that is too much
     */
    void unpacked(long bytes) {
        totalBytes += bytes;
        if (totalBytes > limits.maximumTotalBytes()) {
            throw new RefusedException(
                    ProblemType.ARCHIVE_REFUSED,
                    "The archive unpacks to more than " + limits.maximumTotalBytes() + " bytes.");
        }
    }

    /** @throws RefusedException if there was no entry at all */
    void finish() {
        if (entries == 0) {
            throw new RefusedException(ProblemType.ARCHIVE_REFUSED, "The archive is empty.");
        }
    }

    static RefusedException tooManyEntries(ArchiveLimits limits) {
        return new RefusedException(
                ProblemType.ARCHIVE_REFUSED, "The archive has more than " + limits.maximumEntries() + " entries.");
    }
}
