package org.foldwise.api.upload;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The folders that an archive has entries of, and which of them hold files at any depth. */
final class ArchiveFolders {
    private final Set<String> entries = new TreeSet<>();
    private final Set<String> holders = new HashSet<>();

    void met(EntryName folder) {
        entries.add(folder.value());
        // a folder fills the one it lies in: only the innermost empty one is worth a word
        addParents(folder.value().substring(0, folder.value().length() - 1), holders);
    }

    void filledBy(EntryName file) {
        addParents(file.value(), holders);
    }

    /** The empty folders, in order, except for those that such files, uploaded before, fill already. */
    List<EntryName> emptyBut(Collection<EntryName> files) {
        Set<String> filled = new HashSet<>(holders);
        files.forEach(file -> addParents(file.value(), filled));
        return entries.stream()
                .filter(folder -> !filled.contains(folder))
                .map(EntryName::new)
                .toList();
    }

    private static void addParents(String path, Set<String> folders) {
        for (int end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
            if (!folders.add(path.substring(0, end + 1))) {
                return;
            }
        }
    }
}
