package org.foldwise.learning.dataset.layout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Paths that would name exactly one image with more folders in front, with its suffix behind, or with fewer folders. */
final class PartialPaths {
    private static final String GZIPPED = ".gz";

    /** In all: where many files of many folders are called alike, hints end before they take long. */
    private static final int MOST_LOOKS = 20_000_000;

    private final Set<String> names;
    /** Images by the last step of their names, with and without its suffix. */
    private final Map<String, List<String>> byLast = new HashMap<>();

    private int looks;

    PartialPaths(Set<String> names) {
        this.names = names;
        for (String name : names) {
            String last = last(name);
            byLast.computeIfAbsent(last, key -> new ArrayList<>(1)).add(name);
            int end = end(last);
            if (end > 0) {
                byLast.computeIfAbsent(last.substring(0, end), key -> new ArrayList<>(1))
                        .add(name);
            }
        }
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Where what stands behind the next slash begins; below zero where there is none. */
    private static int next(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? -1 : slash + 1;
    }

    /** Where the suffix of a file's name begins, which begins with a letter; below one where it has none. */
    private static int end(String path) {
        String named = path.endsWith(GZIPPED) ? path.substring(0, path.length() - GZIPPED.length()) : path;
        int dot = named.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 && dot + 1 < path.length() && Character.isLetter(path.charAt(dot + 1))
                ? dot
                : -1;
    }

    /** How a path that names no image has to be changed to name one; nothing where none or several might be meant. */
    String of(String path) {
        List<String> called = byLast.getOrDefault(last(path), List.of());
        if (looks < MOST_LOOKS) {
            looks += called.size();
            List<String> meant =
                    called.stream().filter(name -> at(name, path) >= 0).limit(2).toList();
            if (!meant.isEmpty()) {
                return meant.size() > 1 ? "" : wanting(meant.get(0), path);
            }
        }
        for (int start = next(path, 0); start >= 0; start = next(path, start)) {
            if (names.contains(path.substring(start))) {
                return ", without " + path.substring(0, start) + " in front: one image is called so then";
            }
        }
        return "";
    }

    /** Where a path stands in the name of an image, at whose end but for the suffix; below zero where it does not. */
    private static int at(String name, String path) {
        int whole = name.length() - path.length();
        int at = name.endsWith(path) ? whole : end(name) - path.length();
        boolean isThere = at >= 0 && name.startsWith(path, at) && (at == 0 || name.charAt(at - 1) == '/');
        return isThere ? at : -1;
    }

    private static String wanting(String name, String path) {
        int at = at(name, path);
        String front = name.substring(0, at);
        String behind = name.substring(at + path.length());
        return ", with " + front + (front.isEmpty() ? "" : " in front")
                + (front.isEmpty() || behind.isEmpty() ? "" : " and ")
                + behind + (behind.isEmpty() ? "" : " behind") + ": one image is called so then";
    }
}
