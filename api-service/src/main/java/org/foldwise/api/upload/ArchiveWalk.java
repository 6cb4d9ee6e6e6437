package org.foldwise.api.upload;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;

/** The checks that archives of all kinds and folders of sources share, with what has to be remembered from entry to entry. */
final class ArchiveWalk {
    /** How AppleDouble files begin (RFC 1740, appendix B). */
    private static final byte[] APPLE_DOUBLE = {0x00, 0x05, 0x16, 0x07};

    private final ArchiveLimits limits;
    private final Defects defects;
    private final Whole whole;
    private final Set<String> seen = new HashSet<>();
    private final ArchiveFolders folders = new ArchiveFolders();
    private int entries;
    private int passedOver;
    private long totalBytes;

    /** Through an archive. */
    ArchiveWalk(ArchiveLimits limits, Defects defects) {
        this(limits, defects, Whole.ARCHIVE);
    }

    private ArchiveWalk(ArchiveLimits limits, Defects defects, Whole whole) {
        this.limits = limits;
        this.defects = defects;
        this.whole = whole;
    }

    /** Through a folder of a source. */
    static ArchiveWalk ofFolder(ArchiveLimits limits, Defects defects) {
        return new ArchiveWalk(limits, defects, Whole.FOLDER);
    }

    /** What is walked through, and what it is refused as. */
    private enum Whole {
        ARCHIVE(ProblemType.ARCHIVE_REFUSED, "The archive", " bytes unpacked"),
        FOLDER(ProblemType.SOURCE_REFUSED, "The folder", " bytes");

        private final ProblemType refusal;
        private final String subject;
        private final String unit;

        Whole(ProblemType refusal, String subject, String unit) {
            this.refusal = refusal;
            this.subject = subject;
            this.unit = unit;
        }
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
     * Whether the entry's content is wanted: its name is in order and it is neither a folder, that which was packed among them, nor a
     * system file.
     *
     * @throws RefusedException if there are too many entries
     */
    boolean wants(EntryName name) {
        if (name.isPackedFolder()) {
            passOver();
            return false;
        }
        entries++;
        requireNotTooMany();
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
        if (!name.isCalledAppleDouble()) {
            folders.filledBy(name);
        }
        if (!seen.add(name.collisionKey())) {
            defects.add(name, "another entry has the same name, or one that differs in case or Unicode form only");
            return false;
        }
        return true;
    }

    /**
     * Whether a wanted file counts: it is not what macOS keeps of another one.
     *
     * @param content its bytes, or the first of them
     */
    boolean counts(EntryName name, byte[] content) {
        if (!name.isCalledAppleDouble()) {
            return true;
        }
        if (content.length >= APPLE_DOUBLE.length
                && Arrays.equals(content, 0, APPLE_DOUBLE.length, APPLE_DOUBLE, 0, APPLE_DOUBLE.length)) {
            return false;
        }
        folders.filledBy(name);
        return true;
    }

    /**
     * Counts an entry that stands for nothing.
     *
     * @throws RefusedException if there are too many entries
     */
    void passOver() {
        passedOver++;
        requireNotTooMany();
    }

    private void requireNotTooMany() {
        if (entries + passedOver > limits.maximumEntries()) {
            throw tooManyEntries(limits, whole);
        }
    }

    /** Whether a file of that size may be read; if not, that has been reported. */
    boolean sizeAllowed(EntryName name, long bytes) {
        if (bytes > limits.maximumEntryBytes()) {
            defects.add(
                    name, "has " + bytes + whole.unit + ", at most " + limits.maximumEntryBytes() + " are accepted");
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
            throw new RefusedException(whole.refusal, whole.subject + " is empty.");
        }
    }

    static RefusedException tooManyEntries(ArchiveLimits limits) {
        return tooManyEntries(limits, Whole.ARCHIVE);
    }

    private static RefusedException tooManyEntries(ArchiveLimits limits, Whole whole) {
        return new RefusedException(
                whole.refusal, whole.subject + " has more than " + limits.maximumEntries() + " entries.");
    }
}
