package org.foldwise.api.upload;

import java.io.IOException;
import java.util.function.Consumer;
import org.foldwise.api.problem.RefusedException;

/** What the files of a source lie in. Nothing is ever written there. Folders are named with slashes, without a defect, the whole by nothing. */
sealed interface SourcePlace permits SourceDirectory, SourceBucket {
    /**
     * Lists all files below a folder, at any depth.
     *
     * @param walk is told every entry, and every defect of a name, a kind or a size
     * @param files are shown those that have none, in any order
     * @throws RefusedException if there is no such folder, there are too many entries, or the place cannot be read at the moment
     */
    void list(String folder, ArchiveWalk walk, Consumer<SourceFile> files) throws IOException;

    /**
     * The bytes of a file, at most {@link ArchiveLimits#maximumEntryBytes} of them. Several threads may read.
     *
     * @param folder the file was listed below
     * @throws UnfitFileException if it is not what was listed, or may not be read
     * @throws RefusedException if the place cannot be read at the moment
     */
    byte[] read(String folder, SourceFile file) throws IOException;

    /** Gives up what was kept open. */
    void close();

    /** The answer to a folder that is not there. */
    static RefusedException noFolder() {
        return RefusedException.notFound("/path", "there is no such folder in the source");
    }
}
