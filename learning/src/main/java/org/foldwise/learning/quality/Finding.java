package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/**
 * Something about a dataset that its researcher should know before splitting it.
 *
 * @param code stable, for programs
 * @param evidence what was found, in figures, without patient ids
 * @param figures the same for programs
 * @param images names of images it is about, at most 100 of them
 * @param groups of a finding about copies the groups that it is about, at most as many as have 100 images together, the first one
 *     always; empty of all others
 * @param suggestion what can be done
 */
public record Finding(
        Code code,
        Severity severity,
        String evidence,
        List<Figure> figures,
        List<String> images,
        List<Group> groups,
        String suggestion) {
    private static final int MOST_IMAGES = 100;

    /** What was found. */
    public enum Code {
        UNREADABLE_IMAGE,
        DUPLICATES_WITHIN_PATIENT,
        DUPLICATES_ACROSS_PATIENTS,
        DUPLICATES_WITH_DIFFERENT_LABELS,
        NEAR_DUPLICATES_WITHIN_PATIENT,
        NEAR_DUPLICATES_ACROSS_PATIENTS,
        NEAR_DUPLICATES_WITH_DIFFERENT_LABELS,
        NEAR_DUPLICATE_SEARCH_INCOMPLETE,
        SIMILAR_PATIENT_IDS,
        PLACEHOLDER_PATIENT_IDS,
        PATIENT_KEYS_SHARED,
        PATIENTS_WITH_SEVERAL_KEYS,
        ONE_IMAGE_PER_PATIENT,
        PATIENTS_AT_SEVERAL_SITES,
        PATIENTS_WITH_SEVERAL_LABELS,
        IMAGES_WITHOUT_ROLE,
        PATIENTS_IN_SEVERAL_ROLES,
        DUPLICATES_IN_SEVERAL_ROLES,
        ASPECT_RATIOS_VARY,
        TINY_CLASS,
        TINY_ROLE,
        CLASS_IMBALANCE,
        TEXT_METADATA,
        TRAILING_DATA,
        SEVERAL_FRAMES,
        CONSTANT_IMAGES,
        INVERTED_IMAGES,
        TURNED_IMAGES,
        MIRRORED_IMAGES,
        LATERALITY_CONTRADICTED,
        BORDERS,
        CORNER_MARKERS,
        OUTLYING_SIZES,
        OUTLYING_INTENSITIES,
        NARROW_INTENSITIES,
        MIXED_ATTRIBUTE,
        SHORTCUT,
        CLASS_SHARES_DIFFER,
        SITE_RECOGNISABLE,
        ROLES_DIFFER
    }

    /** How bad it is. */
    public enum Severity {
        /** Good to know. */
        NOTICE,
        /** Results may mislead. */
        WARNING,
        /** No split is made before somebody has put it right or waived it with a reason. */
        BLOCKING
    }

    /**
     * One number of a finding's evidence.
     *
     * @param name in lowerCamelCase, such as {@code groups} or {@code auc}
     * @param value finite
     * @param lower end of its confidence interval, where it has one
     * @param upper the same
     */
    public record Figure(String name, double value, @Nullable Double lower, @Nullable Double upper) {
        static Figure of(String name, double value) {
            return new Figure(name, value, null, null);
        }
    }

    /**
     * Images that are copies of one picture.
     *
     * @param number of the group in its dataset, {@link org.foldwise.learning.dataset.DuplicateGroups}; two findings that name it mean
     *     the same group
     * @param identical whether all files are equal byte for byte
     * @param imageCount how many images it has
     * @param patients how many patients they are of
     * @param labels what they are said to show, each image's labels joined by {@code |}; each once
     * @param roles of the folders that they lie in, each once; empty where folders give no roles
     * @param images their names, at most 100 of them
     */
    public record Group(
            int number,
            boolean identical,
            int imageCount,
            int patients,
            List<String> labels,
            List<Role> roles,
            List<String> images) {
        public Group {
            labels = List.copyOf(labels);
            roles = List.copyOf(roles);
            images = images.stream().limit(MOST_IMAGES).toList();
        }
    }

    public Finding {
        figures = List.copyOf(figures);
        images = images.stream().limit(MOST_IMAGES).toList();
        groups = told(groups);
    }

    private static List<Group> told(List<Group> groups) {
        List<Group> told = new ArrayList<>();
        int images = 0;
        for (Group group : groups) {
            images += group.images().size();
            if (!told.isEmpty() && images > MOST_IMAGES) {
                break;
            }
            told.add(group);
        }
        return List.copyOf(told);
    }

    /** A finding that is about no copies. */
    public Finding(
            Code code,
            Severity severity,
            String evidence,
            List<Figure> figures,
            List<String> images,
            String suggestion) {
        this(code, severity, evidence, figures, images, List.of(), suggestion);
    }

    /** A finding without figures. */
    public static Finding about(
            Code code, Severity severity, String evidence, Collection<String> images, String suggestion) {
        return new Finding(code, severity, evidence, List.of(), List.copyOf(images), suggestion);
    }
}
