package org.foldwise.registry.artifacts;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stored file that some work needs is missing, or its bytes are not those that were stored. Trying again would not mend it. */
public final class DamagedFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String REMEDY = ". Restore it in the artifact store from a backup, and start the work anew";

    private DamagedFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * A file of another size, {@code what} saying which, without patient data.
     *
     * @param size in bytes
     * @param stored what it had when it was stored
     */
    public static DamagedFileException ofSize(String what, long size, long stored) {
        return new DamagedFileException(
                what + " is damaged: it has " + size + " bytes, and had " + stored + " when it was stored" + REMEDY,
                null);
    }

    /** A file that is missing, {@code what} saying which, without patient data. */
    public static DamagedFileException of(String what, MissingArtifactException missing) {
        return new DamagedFileException(what + " is missing" + REMEDY, missing);
    }

    /** A file whose bytes are others, {@code what} saying which, without patient data. */
    public static DamagedFileException of(String what, CorruptArtifactException corrupt) {
        return new DamagedFileException(
                what + " is damaged: its bytes are not those that were stored" + REMEDY, corrupt);
    }

    /** The damage that a failure comes from; empty where it comes from something else. */
    public static Optional<DamagedFileException> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DamagedFileException damaged) {
                return Optional.of(damaged);
            }
            if (cause instanceof MissingArtifactException missing) {
                return Optional.of(of("a stored file", missing));
            }
            if (cause instanceof CorruptArtifactException corrupt) {
                return Optional.of(of("a stored file", corrupt));
            }
        }
        return Optional.empty();
    }
}
