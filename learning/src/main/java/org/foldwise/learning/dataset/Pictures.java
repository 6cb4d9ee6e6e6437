package org.foldwise.learning.dataset;

import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.foldwise.learning.provenance.Digest;

/**
 * Names for pictures, under which what was computed from them is kept. The name of a file's picture is the file's digest. That of one of
 * its frames has the digest's first 28 bytes and in the last 4 a number that the frame's is mixed into, so that frames of one file are
 * neighbours in every sorted list and can be found by the file alone. 224 bits of SHA-256 tell files apart no worse in practice than 256.
 */
public final class Pictures {
    /** Hexadecimal digits that all frames of a file have in common. */
    private static final int OF_FILE = 56;

    private Pictures() {}

    /**
     * The name of a frame's picture.
     *
     * @param content digest of the file's bytes
     * @param frame from 0
     */
    static Digest ofFrame(Digest content, int frame) {
        int last = Integer.parseUnsignedInt(content.hex().substring(OF_FILE), 16);
        // plus one: the file's own name is that of none of its frames
        return new Digest(content.hex().substring(0, OF_FILE) + "%08x".formatted(last ^ (frame + 1)));
    }

    /** Whether a picture is of one of these files, the whole of it or a frame. */
    public static Predicate<Digest> ofFiles(Collection<Digest> contents) {
        Set<String> files = contents.stream()
                .map(content -> content.hex().substring(0, OF_FILE))
                .collect(Collectors.toSet());
        return picture -> files.contains(picture.hex().substring(0, OF_FILE));
    }
}
