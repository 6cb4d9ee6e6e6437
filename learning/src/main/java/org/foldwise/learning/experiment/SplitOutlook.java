package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ExpectedArea;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;

/**
 * What can be learnt from the roles of a split, told before anything is trained: how many images and patients of either class
 * there are, and how wide the interval of an area under the ROC curve will be.
 *
 * @param correlation assumed between the scores of one patient's images, in [0, 1]
 * @param roles of each fold, the development fold first, each role that somebody plays, dropped patients left out
 */
public record SplitOutlook(double correlation, List<RoleOutlook> roles) {
    /** The areas that are assumed: of a weak, a useful, a good and an excellent model. */
    public static final List<Double> AREAS = List.of(0.7, 0.8, 0.9, 0.95);

    public SplitOutlook {
        roles = List.copyOf(roles);
    }

    /**
     * A role of a fold.
     *
     * @param fold index of the fold
     * @param role the role
     * @param negatives its images of the negative class
     * @param positives its images of the positive class
     * @param areas what is to be expected at each of {@link #AREAS}; none where a class is missing
     */
    public record RoleOutlook(int fold, Role role, Cases negatives, Cases positives, List<ExpectedArea> areas) {
        public RoleOutlook {
            areas = List.copyOf(areas);
        }

        /** How many images are of which class. */
        public ClassBalance balance() {
            return new ClassBalance(negatives.images(), positives.images());
        }

        /** Number of images. */
        public int images() {
            return negatives.images() + positives.images();
        }

        /** What is to be expected at another area; nothing where a class is missing. */
        public Stream<ExpectedArea> at(double area) {
            return balance().hasBoth()
                    ? Stream.of(ExpectedArea.of(area, positives.effectiveImages(), negatives.effectiveImages()))
                    : Stream.empty();
        }
    }

    /**
     * Images of one class.
     *
     * @param images how many
     * @param patients of how many patients
     * @param effectiveImages how many single images of different patients tell as much
     */
    public record Cases(int images, int patients, double effectiveImages) {}

    /** What is to be expected of a split, at the {@linkplain ExpectedArea#USUAL_CORRELATION usual correlation}. */
    public static SplitOutlook of(Split split, Cohort cohort) {
        return of(split, cohort, ExpectedArea.USUAL_CORRELATION);
    }

    /** What is to be expected of a split. */
    public static SplitOutlook of(Split split, Cohort cohort, double correlation) {
        Map<PatientId, int[]> counts = new HashMap<>();
        for (ImageRecord image : cohort.images()) {
            counts.computeIfAbsent(image.patient(), patient -> new int[2])[cohort.isPositive(image) ? 1 : 0]++;
        }
        List<RoleOutlook> roles = new ArrayList<>();
        for (Fold fold : split.allFolds()) {
            Map<Role, List<int[]>> byRole = new EnumMap<>(Role.class);
            fold.roles().forEach((patient, role) -> {
                int[] ofPatient = counts.get(patient);
                if (ofPatient != null && role != Role.DROPPED) {
                    byRole.computeIfAbsent(role, any -> new ArrayList<>()).add(ofPatient);
                }
            });
            byRole.forEach((role, ofRole) -> roles.add(outlook(fold.index(), role, ofRole, correlation)));
        }
        return new SplitOutlook(correlation, roles);
    }

    /** The outlook of one role in each fold that a procedure trains: the development fold, or the others. */
    public List<RoleOutlook> in(Role role, boolean crossValidation) {
        return roles.stream()
                .filter(outlook -> outlook.role() == role && (outlook.fold() != Fold.DEVELOPMENT) == crossValidation)
                .toList();
    }

    private static RoleOutlook outlook(int fold, Role role, List<int[]> patients, double correlation) {
        Cases negatives = cases(patients, 0, correlation);
        Cases positives = cases(patients, 1, correlation);
        RoleOutlook none = new RoleOutlook(fold, role, negatives, positives, List.of());
        return new RoleOutlook(
                fold,
                role,
                negatives,
                positives,
                AREAS.stream().flatMap(none::at).toList());
    }

    private static Cases cases(List<int[]> patients, int side, double correlation) {
        List<Integer> images = patients.stream()
                .map(counts -> counts[side])
                .filter(count -> count > 0)
                .toList();
        return new Cases(
                images.stream().mapToInt(count -> count).sum(),
                images.size(),
                ExpectedArea.effectiveImages(images, correlation));
    }
}
