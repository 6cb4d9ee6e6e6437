package org.foldwise.learning.dataset.layout;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.FileNames;

/** Names that people, or file systems, take for each other, so that whoever is told that one is not there needs to hear why. */
final class LookAlikes {
    private final Map<String, String> byKey = new HashMap<>();

    LookAlikes(Collection<String> names) {
        names.forEach(name -> byKey.put(FileNames.collisionKey(name), name));
    }

    /**
     * What the first of some paths that has one differs in from the name that looks like it; nothing where none has.
     *
     * @param what is called so, as {@code an image}
     */
    String of(List<String> paths, String what) {
        for (String path : paths) {
            String same = byKey.get(FileNames.collisionKey(path));
            if (same != null) {
                return ", letter for letter: " + what
                        + (composed(same).equals(composed(path))
                                ? " is called so, but with its accents in another form of Unicode, as Macs have them; write both names in"
                                        + " form NFC, or without accents"
                                : " is called so but for capitals");
            }
        }
        return "";
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
