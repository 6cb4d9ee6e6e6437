package org.foldwise.api.upload;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foldwise.api.bucket.BucketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the server, or a bucket of an object store, that the operator lets datasets be filled from.
 *
 * @param name lower-case letters, digits and dashes, as requests have it
 * @param project the one project whose datasets may be filled from it; absent for all
 * @param place where its files lie
 */
record Source(String name, @Nullable UUID project, SourcePlace place) {
    private static final String SETTING = "foldwise.upload.sources";
    private static final Pattern FORM =
            Pattern.compile("(?<name>[a-z0-9][a-z0-9-]{0,49})(@(?<project>[0-9a-fA-F-]{36}))?=(?<place>.+)");

    /**
     * Reads one as the setting has it: {@code NAME=PLACE}, or {@code NAME@PROJECT=PLACE} for the datasets of one project. A place is a
     * directory, or what {@link BucketAddress#parse} reads.
     *
     * @throws IllegalArgumentException if it is no such thing, or there is no such directory; places are not repeated, as the
     *     address of a bucket may hold, by mistake, what nobody should read in a log
     */
    static Source parse(String setting) {
        String stripped = setting.strip();
        Matcher form = FORM.matcher(stripped);
        if (!form.matches()) {
            int equals = stripped.indexOf('=');
            throw new IllegalArgumentException(SETTING
                    + " must be a list of NAME=PLACE or NAME@PROJECT=PLACE, NAME of lower-case"
                    + " letters, digits and dashes, PROJECT a project's id, PLACE a directory or a bucket; what begins with '"
                    + stripped.substring(0, equals < 0 ? Math.min(10, stripped.length()) : equals) + "' is neither");
        }
        String name = form.group("name");
        String project = form.group("project");
        try {
            return new Source(name, project == null ? null : projectId(project), place(name, form.group("place")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(SETTING + ": that of '" + name + "': " + e.getMessage(), e);
        }
    }

    private static UUID projectId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("PROJECT must be a project's id", e);
        }
    }

    private static SourcePlace place(String name, String place) {
        return place.startsWith(BucketAddress.SCHEME) ? SourceBucket.open(name, place) : SourceDirectory.open(place);
    }

    /** Whether datasets of that project may be filled from it. */
    boolean opensTo(UUID asked) {
        return project == null || project.equals(asked);
    }
}
