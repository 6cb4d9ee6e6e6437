package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.LabelCounts;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/** The images whose patients play one role in a fold. No other image's pixels can be had here. */
final class RoleImages {
    private final List<ImageRecord> records;
    private final Set<String> names;
    private final Task task;
    private final List<String> classes;
    private final PreprocessedImages source;
    private final @Nullable BackboneFeatures features;

    RoleImages(Cohort cohort, Fold fold, Role role, PreprocessedImages source) {
        this.records = cohort.images().stream()
                .filter(image -> fold.roles().get(image.patient()) == role)
                .toList();
        this.names = records.stream().map(ImageRecord::name).collect(Collectors.toUnmodifiableSet());
        this.task = cohort.task();
        this.classes = cohort.classes();
        this.source = source;
        this.features = null;
        if (records.isEmpty()) {
            throw new IllegalArgumentException(
                    "the cohort has no image of fold " + fold.index() + "'s patients in role " + role);
        }
    }

    private RoleImages(RoleImages images, BackboneFeatures features) {
        this.records = images.records;
        this.names = images.names;
        this.task = images.task;
        this.classes = images.classes;
        this.source = images.source;
        this.features = features;
    }

    /** The same images, of which features can be had as well. */
    RoleImages with(BackboneFeatures computed) {
        return new RoleImages(this, computed);
    }

    /** In the order of their names. */
    List<ImageRecord> records() {
        return records;
    }

    Task task() {
        return task;
    }

    List<String> classes() {
        return classes;
    }

    /** Of each output of a network whether the image is what it tells. */
    boolean[] shown(ImageRecord image) {
        if (task == Task.BINARY) {
            return new boolean[] {image.shows(classes.get(1))};
        }
        boolean[] shown = new boolean[classes.size()];
        for (int k = 0; k < shown.length; k++) {
            shown[k] = image.shows(classes.get(k));
        }
        return shown;
    }

    LabelCounts counts() {
        List<Long> counts = new ArrayList<>();
        for (String name : classes) {
            counts.add(records.stream().filter(image -> image.shows(name)).count());
        }
        return new LabelCounts(task, classes, records.size(), counts);
    }

    PixelImage pixelsOf(ImageRecord image) {
        requireMember(image);
        return source.pixelsOf(image);
    }

    FloatBuffer featuresOf(ImageRecord image) {
        requireMember(image);
        if (features == null) {
            throw new IllegalStateException("the images of this training have no features");
        }
        return features.featuresOf(image);
    }

    private void requireMember(ImageRecord image) {
        if (!names.contains(image.name())) {
            throw new IllegalArgumentException("an image of another role was asked for");
        }
    }
}
