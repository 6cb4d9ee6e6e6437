package org.foldwise.api.upload;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.foldwise.api.problem.RefusedException;

/** The files below a folder of a source, by the names that an archive of the folder would give them. */
final class SourceListing {
    private final Path folder;
    private final ArchiveWalk walk;
    private final List<EntryName> files = new ArrayList<>();

    private SourceListing(Path folder, ArchiveWalk walk) {
        this.folder = folder;
        this.walk = walk;
    }

    /**
     * Lists a folder without following symbolic links, each of which is a defect.
     *
     * @param walk is told every defect of a name, a kind or a size
     * @return the files whose name and size are in order, in the order of their names by code point
     * @throws RefusedException if there are too many, or none
     */
    static List<EntryName> of(Path folder, ArchiveWalk walk) throws IOException {
        SourceListing listing = new SourceListing(folder, walk);
        Files.walkFileTree(folder, listing.new Visitor());
        walk.finish();
        listing.files.sort(Comparator.comparing(EntryName::value));
        return listing.files;
    }

    private EntryName name(Path file, String end) {
        StringBuilder name = new StringBuilder();
        folder.relativize(file)
                .forEach(part -> name.append(name.length() == 0 ? "" : "/").append(part));
        return new EntryName(name + end);
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (!directory.equals(folder)) {
                walk.wants(name(directory, "/"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            EntryName name = name(file, "");
            if (!walk.wants(name)) {
                return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink()) {
                walk.defects().add(name, "is a symbolic link; put the file itself there");
            } else if (!attributes.isRegularFile()) {
                walk.defects().add(name, "is not a regular file");
            } else if (walk.sizeAllowed(name, attributes.size())) {
                files.add(name);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            walk.defects().add(name(file, ""), "cannot be read by the service");
            return FileVisitResult.CONTINUE;
        }
    }
}
