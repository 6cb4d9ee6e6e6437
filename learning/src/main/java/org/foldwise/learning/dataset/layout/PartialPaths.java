package org.foldwise.learning.dataset.layout;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Paths that would name exactly one image with more folders in front, with its suffix behind, or with fewer folders. */
final class PartialPaths {
    /** Stands for several images. */
    private static final String SEVERAL = "";

    private static final String GZIPPED = ".gz";

    private final Map<String, String> byPart = new HashMap<>();

    PartialPaths(Collection<String> names) {
        for (String name : names) {
            for (int start = 0; start >= 0; start = next(name, start)) {
                String part = name.substring(start);
                add(part, name);
                int end = end(part);
                if (end > 0) {
                    add(part.substring(0, end), name);
                }
            }
        }
    }

    private void add(String part, String name) {
        byPart.merge(part, name, (one, other) -> one.equals(other) ? one : SEVERAL);
    }

    /** Where what stands behind the next slash begins; below zero where there is none. */
    private static int next(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? -1 : slash + 1;
    }

    /** Where the suffix of a file's name begins; below one where it has none. */
    private static int end(String path) {
        String named = path.endsWith(GZIPPED) ? path.substring(0, path.length() - GZIPPED.length()) : path;
        int dot = named.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 ? dot : -1;
    }

    /** How a path that names no image has to be changed to name one; nothing where none or several might be meant. */
    String of(String path) {
        String meant = byPart.get(path);
        if (meant != null) {
            if (meant.equals(SEVERAL)) {
                return "";
            }
            int whole = meant.length() - path.length();
            boolean hasSuffix = meant.endsWith(path) && (whole == 0 || meant.charAt(whole - 1) == '/');
            int at = hasSuffix ? whole : end(meant) - path.length();
            String front = meant.substring(0, at);
            String behind = meant.substring(at + path.length());
            return ", with " + front + (front.isEmpty() ? "" : " in front")
                    + (front.isEmpty() || behind.isEmpty() ? "" : " and ")
                    + behind + (behind.isEmpty() ? "" : " behind") + ": one image is called so then";
        }
        for (int start = next(path, 0); start >= 0; start = next(path, start)) {
            String shorter = path.substring(start);
            if (shorter.equals(byPart.get(shorter))) {
                return ", without " + path.substring(0, start) + " in front: one image is called so then";
            }
        }
        return "";
    }
}
