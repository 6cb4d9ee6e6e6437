package org.foldwise.learning.training;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ClassBalance;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/** The images whose patients play one role in a fold. No other image's pixels can be had here. */
final class RoleImages {
    private final List<ImageRecord> records;
    private final Set<String> names;
    private final String positiveClass;
    private final PreprocessedImages source;

    RoleImages(Cohort cohort, Fold fold, Role role, PreprocessedImages source) {
        this.records = cohort.images().stream()
                .filter(image -> fold.roles().get(image.patient()) == role)
                .toList();
        this.names = records.stream().map(ImageRecord::name).collect(Collectors.toUnmodifiableSet());
        this.positiveClass = cohort.positiveClass();
        this.source = source;
        if (records.isEmpty()) {
            throw new IllegalArgumentException(
                    "the cohort has no image of fold " + fold.index() + "'s patients in role " + role);
        }
    }

    /** In the order of their names. */
    List<ImageRecord> records() {
        return records;
    }

    boolean isPositive(ImageRecord image) {
        return image.label().equals(positiveClass);
    }

    ClassBalance balance() {
        long positives = records.stream().filter(this::isPositive).count();
        return new ClassBalance(records.size() - positives, positives);
    }

    PixelImage pixelsOf(ImageRecord image) {
        if (!names.contains(image.name())) {
            throw new IllegalArgumentException("an image of another role was asked for");
        }
        return source.pixelsOf(image);
    }
}
