package org.foldwise.learning.quality;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/**
 * Roles that a dataset came with: folders called train, validation and test, or the like, above its images. Foldwise makes splits of
 * its own; these roles are audited and described.
 *
 * @param roleByImage by the image's name; empty where the layout gives none
 */
public record GivenRoles(SortedMap<String, Role> roleByImage) {
    private static final Map<String, Role> FOLDERS = Map.of(
            "train", Role.TRAIN,
            "training", Role.TRAIN,
            "val", Role.VALIDATION,
            "valid", Role.VALIDATION,
            "validation", Role.VALIDATION,
            "test", Role.TEST,
            "testing", Role.TEST);

    public GivenRoles {
        roleByImage = Collections.unmodifiableSortedMap(new TreeMap<>(roleByImage));
    }

    /** The roles that folders give; none where they do not give two different ones at least. */
    public static GivenRoles of(Cohort cohort) {
        SortedMap<String, Role> roles = new TreeMap<>();
        for (ImageRecord image : cohort.images()) {
            ofPath(image.name()).ifPresent(role -> roles.put(image.name(), role));
        }
        boolean several = roles.values().stream().distinct().count() > 1;
        return new GivenRoles(several ? roles : Collections.emptySortedMap());
    }

    /** The role that the innermost folder names which names any, for a dataset in which folders give several. */
    public static Optional<Role> ofPath(String name) {
        String[] parts = name.toLowerCase(Locale.ROOT).split("/", -1);
        for (int i = parts.length - 2; i >= 0; i--) {
            Role role = FOLDERS.get(parts[i]);
            if (role != null) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    boolean isEmpty() {
        return roleByImage.isEmpty();
    }

    @Nullable
    Role of(ImageRecord image) {
        return roleByImage.get(image.name());
    }

    /** How many images play each role. */
    Map<Role, Integer> counts() {
        Map<Role, Integer> counts = new EnumMap<>(Role.class);
        roleByImage.values().forEach(role -> counts.merge(role, 1, Integer::sum));
        return counts;
    }
}
