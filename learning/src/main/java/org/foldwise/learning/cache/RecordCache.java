package org.foldwise.learning.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.foldwise.learning.provenance.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that cost time to make, in a directory of bounded size that processes of one machine share. Each portion of new records
 * becomes a file that appears whole, by one rename, and never changes; so there are no locks, a killed process leaves nothing but
 * a draft, and two that need the same records at the same time see each other's after every portion.
 *
 * <p>A file that is cut off or damaged is deleted and its records are made anew. The files used longest ago go when there is too
 * much; whoever still reads one keeps it in memory, so a call never loses what it returned. One call's own records may
 * exceed the bound: they go at the next.
 *
 * <p>Records belong to the owner of the process alone. Safe for use by several threads.
 */
public final class RecordCache {
    static final String SEGMENT_SUFFIX = ".records";

    private static final Logger log = LoggerFactory.getLogger(RecordCache.class);
    private static final int PORTION_BYTES = 64 << 20;
    private static final int LARGEST_PORTION = 1024;
    private static final Duration DRAFT_AGE = Duration.ofDays(1);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final long maximumBytes;
    private final Clock clock;

    /** Takes records; may be called by several threads at once. */
    @FunctionalInterface
    public interface Sink {
        /** The record of one of the contents that are to be made. Its bytes from position to limit are copied. */
        void put(Digest content, ByteBuffer record);
    }

    /** Makes records. */
    @FunctionalInterface
    public interface Maker {
        /** Puts one record for each of these contents. What it throws is thrown on; portions before are kept. */
        void make(List<Digest> contents, Sink sink) throws InterruptedException;
    }

    /** Makes records portion by portion. */
    @FunctionalInterface
    public interface PortionMaker {
        /**
         * Puts one record for each of these contents. What it throws is thrown on; portions before are kept.
         *
         * @param found number of different contents whose records are there already
         */
        void make(List<Digest> contents, int found, Sink sink) throws InterruptedException;
    }

    /**
     * A cache in that directory, which is made where it is missing.
     *
     * @param maximumBytes of all files, 1 or more
     * @param clock tells what was used when; the machine's
     */
    public RecordCache(Path directory, long maximumBytes, Clock clock) {
        if (maximumBytes < 1) {
            throw new IllegalArgumentException("maximumBytes must be 1 or more, was " + maximumBytes);
        }
        this.maximumBytes = maximumBytes;
        this.clock = clock;
        try {
            Files.createDirectories(directory, OWNER_ONLY);
            this.directory = directory.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the cache", e);
        }
    }

    /**
     * The records of these contents, made where they are not there yet.
     *
     * @param contents may name one several times
     */
    public Records fill(Shelf shelf, Collection<Digest> contents, Maker maker) throws InterruptedException {
        return fill(shelf, contents, LARGEST_PORTION, (missing, found, sink) -> maker.make(missing, sink));
    }

    /**
     * The same in smaller portions, of which each is kept as soon as it is made.
     *
     * @param contents may name one several times
     * @param portion records made at once at most, 1 or more
     */
    public Records fill(Shelf shelf, Collection<Digest> contents, int portion, PortionMaker maker)
            throws InterruptedException {
        if (portion < 1) {
            throw new IllegalArgumentException("portion must be 1 or more, was " + portion);
        }
        try {
            Path folder = directory.resolve(shelf.folder());
            Files.createDirectories(folder, OWNER_ONLY);
            return fill(folder, shelf, new TreeSet<>(contents), portion, maker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Records fill(Path folder, Shelf shelf, Set<Digest> contents, int portion, PortionMaker maker)
            throws IOException, InterruptedException {
        Map<Digest, ByteBuffer> found = new HashMap<>();
        Set<Path> seen = new HashSet<>();
        Set<Path> used = new HashSet<>();
        Set<Digest> missing = new TreeSet<>(contents);
        lookUp(folder, shelf, seen, used, missing, found);
        int most = Math.max(1, Math.min(Math.min(portion, LARGEST_PORTION), PORTION_BYTES / shelf.recordBytes()));
        while (!missing.isEmpty()) {
            List<Digest> next = missing.stream().limit(most).toList();
            try (Draft draft = Draft.begin(folder, shelf, next)) {
                maker.make(next, found.size(), draft);
                Path committed = draft.commit();
                seen.add(committed);
                used.add(committed);
                // opened at once: however small the bound, nobody takes away what is mapped
                take(Segment.open(committed, shelf), missing, found);
            }
            makeRoom(used);
            lookUp(folder, shelf, seen, used, missing, found);
        }
        return new Records(found);
    }

    /** Takes what files not seen yet hold of the missing. */
    private void lookUp(
            Path folder,
            Shelf shelf,
            Set<Path> seen,
            Set<Path> used,
            Set<Digest> missing,
            Map<Digest, ByteBuffer> found)
            throws IOException {
        for (Path file : segments(folder)) {
            if (missing.isEmpty() || !seen.add(file)) {
                continue;
            }
            try {
                if (take(Segment.open(file, shelf), missing, found)) {
                    used.add(file);
                    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                }
            } catch (NoSuchFileException e) {
                log.debug("{} went while it was looked at", file.getFileName());
            } catch (DamagedSegmentException e) {
                log.warn("a file of the cache is damaged, {}; its records are made anew", e.getMessage());
                Files.deleteIfExists(file);
            }
        }
    }

    /** Whether there was anything to take. Of a file with a damaged record nothing is taken. */
    private static boolean take(Segment segment, Set<Digest> missing, Map<Digest, ByteBuffer> found)
            throws DamagedSegmentException {
        Map<Digest, ByteBuffer> taken = new HashMap<>();
        for (Digest content : segment.contents()) {
            if (missing.contains(content)) {
                taken.put(content, segment.record(content));
            }
        }
        found.putAll(taken);
        missing.removeAll(taken.keySet());
        return !taken.isEmpty();
    }

    private static List<Path> segments(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder, "*" + SEGMENT_SUFFIX)) {
            listed.forEach(files::add);
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    /**
     * Deletes every file that has a record of one of these contents, whatever sort of record; the other records of such a file are made
     * anew when somebody asks for them. Drafts that hold one are not seen: see that nobody asks for these contents any more before this
     * is called, and call it again later than a draft can last.
     *
     * @return how many files were deleted
     */
    public int forget(Set<Digest> contents) {
        return forget(contents::contains);
    }

    /** The same for all contents of which something holds. */
    public int forget(Predicate<Digest> contents) {
        int deleted = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path folder : folders) {
                for (Path file : segments(folder)) {
                    if (holdsAny(file, contents) && Files.deleteIfExists(file)) {
                        deleted++;
                    }
                }
                deleteOldDrafts(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deleted;
    }

    /** Of a file that cannot be read nobody knows what it holds, and nobody will miss it. */
    private static boolean holdsAny(Path file, Predicate<Digest> contents) throws IOException {
        try {
            return Segment.contentsOf(file).stream().anyMatch(contents);
        } catch (NoSuchFileException e) {
            log.debug("{} went while it was looked at", file.getFileName());
            return false;
        } catch (DamagedSegmentException e) {
            log.warn("a file of the cache is damaged, {}", e.getMessage());
            return true;
        }
    }

    private record Kept(Path file, long bytes, Instant used) {}

    /** Deletes what was used longest ago until all fits, but nothing of {@code own}, and drafts that nobody writes any more. */
    private void makeRoom(Set<Path> own) throws IOException {
        List<Kept> files = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path folder : folders) {
                for (Path file : segments(folder)) {
                    addTo(files, file);
                }
                deleteOldDrafts(folder);
            }
        }
        files.sort(Comparator.comparing(Kept::used));
        long bytes = files.stream().mapToLong(Kept::bytes).sum();
        for (Kept file : files) {
            if (bytes <= maximumBytes) {
                return;
            }
            if (!own.contains(file.file())) {
                Files.deleteIfExists(file.file());
                bytes -= file.bytes();
            }
        }
    }

    private static void addTo(List<Kept> files, Path file) throws IOException {
        try {
            files.add(new Kept(
                    file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException e) {
            log.debug("{} went while it was looked at", file.getFileName());
        }
    }

    private void deleteOldDrafts(Path folder) throws IOException {
        Instant limit = clock.instant().minus(DRAFT_AGE);
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, "*" + Draft.SUFFIX)) {
            for (Path draft : drafts) {
                try {
                    if (Files.getLastModifiedTime(draft).toInstant().isBefore(limit)) {
                        Files.deleteIfExists(draft);
                    }
                } catch (NoSuchFileException e) {
                    log.debug("{} went while it was looked at", draft.getFileName());
                }
            }
        }
    }
}
