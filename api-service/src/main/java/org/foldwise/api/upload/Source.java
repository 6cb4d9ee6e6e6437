package org.foldwise.api.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the server that the operator lets datasets be filled from.
 *
 * @param name lower-case letters, digits and dashes, as requests have it
 * @param project the one project whose datasets may be filled from it; absent for all
 * @param directory absolute and without symbolic links
 */
record Source(String name, @Nullable UUID project, Path directory) {
    private static final Pattern FORM =
            Pattern.compile("(?<name>[a-z0-9][a-z0-9-]{0,49})(@(?<project>[0-9a-fA-F-]{36}))?=(?<directory>.+)");

    /**
     * Reads one as the setting has it: {@code NAME=DIRECTORY}, or {@code NAME@PROJECT=DIRECTORY} for the datasets of one project.
     *
     * @throws IllegalArgumentException if it is no such thing, or there is no such directory
     */
    static Source parse(String setting) {
        Matcher form = FORM.matcher(setting.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("foldwise.upload.sources must be a list of NAME=DIRECTORY or"
                    + " NAME@PROJECT=DIRECTORY, NAME of lower-case letters, digits and dashes, PROJECT a project's id; '"
                    + setting + "' is neither");
        }
        String name = form.group("name");
        String project = form.group("project");
        try {
            Path directory = Path.of(form.group("directory"));
            if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
                throw new IllegalArgumentException(
                        "foldwise.upload.sources must name directories by absolute paths; that of '" + name
                                + "' is none");
            }
            return new Source(name, project == null ? null : UUID.fromString(project), directory.toRealPath());
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "foldwise.upload.sources: the directory of '" + name + "' cannot be opened", e);
        }
    }

    /** Whether datasets of that project may be filled from it. */
    boolean opensTo(UUID asked) {
        return project == null || project.equals(asked);
    }

    /**
     * A folder of it.
     *
     * @param path with slashes and without a defect, or empty for the whole source
     * @return null where there is none, or a symbolic link lies on the way
     */
    @Nullable
    Path folder(String path) {
        Path folder = directory;
        if (!path.isEmpty()) {
            for (String segment : path.split("/", -1)) {
                folder = folder.resolve(segment);
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    return null;
                }
            }
        }
        return folder;
    }
}
