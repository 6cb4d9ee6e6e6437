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
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.ExpectedArea;
import org.foldwise.learning.metrics.PlannedCases;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;

/**
 * What can be learnt from the roles of a split, told before anything is trained: how many images and patients show a class, and
 * how wide the interval of an area under the ROC curve will be.
 *
 * @param task what is asked of an image
 * @param classes all that an image may show, of a binary task both
 * @param correlation assumed between the scores of one patient's images, in [0, 1]
 * @param roles of each fold, the development fold first, each role that somebody plays, dropped patients left out; of a binary
 *     task once, about the positive class, otherwise once for each class against all others
 */
public record SplitOutlook(Task task, List<String> classes, double correlation, List<RoleOutlook> roles) {
    /** The areas that are assumed: of a weak, a useful, a good and an excellent model. */
    public static final List<Double> AREAS = List.of(0.7, 0.8, 0.9, 0.95);

    public SplitOutlook {
        classes = List.copyOf(classes);
        roles = List.copyOf(roles);
    }

    /**
     * A class within a role of a fold.
     *
     * @param fold index of the fold
     * @param role the role
     * @param label the class that counts as positive
     * @param patients number of the role's patients
     * @param negatives its images that do not show the class
     * @param positives its images that do
     * @param areas what is to be expected at each of {@link #AREAS}; none where all images are alike
     */
    public record RoleOutlook(
            int fold,
            Role role,
            String label,
            int patients,
            PlannedCases negatives,
            PlannedCases positives,
            List<ExpectedArea> areas) {
        public RoleOutlook {
            areas = List.copyOf(areas);
        }

        /** How many images show the class, and how many do not. */
        public ClassBalance balance() {
            return new ClassBalance(negatives.images(), positives.images());
        }

        /** Number of images. */
        public int images() {
            return negatives.images() + positives.images();
        }

        /** What is to be expected at another area; nothing where all images are alike. */
        public Stream<ExpectedArea> at(double area) {
            return balance().hasBoth() ? Stream.of(ExpectedArea.of(area, positives, negatives)) : Stream.empty();
        }
    }

    /** What is to be expected of a split, at the {@linkplain ExpectedArea#USUAL_CORRELATION usual correlation}. */
    public static SplitOutlook of(Split split, Cohort cohort) {
        return of(split, cohort, ExpectedArea.USUAL_CORRELATION);
    }

    /** What is to be expected of a split. */
    public static SplitOutlook of(Split split, Cohort cohort, double correlation) {
        List<String> labels = cohort.task() == Task.BINARY ? List.of(cohort.positiveClass()) : cohort.classes();
        Map<PatientId, int[]> counts = counts(cohort, labels);
        List<RoleOutlook> roles = new ArrayList<>();
        for (Fold fold : split.allFolds()) {
            Map<Role, List<int[]>> byRole = new EnumMap<>(Role.class);
            fold.roles().forEach((patient, role) -> {
                int[] ofPatient = counts.get(patient);
                if (ofPatient != null && role != Role.DROPPED) {
                    byRole.computeIfAbsent(role, any -> new ArrayList<>()).add(ofPatient);
                }
            });
            byRole.forEach((role, ofRole) -> {
                for (int label = 0; label < labels.size(); label++) {
                    roles.add(outlook(fold.index(), role, labels.get(label), label, ofRole, correlation));
                }
            });
        }
        return new SplitOutlook(cohort.task(), cohort.classes(), correlation, roles);
    }

    /** Of each patient how many images show each label, and last how many there are. */
    private static Map<PatientId, int[]> counts(Cohort cohort, List<String> labels) {
        Map<PatientId, int[]> counts = new HashMap<>();
        for (ImageRecord image : cohort.images()) {
            int[] ofPatient = counts.computeIfAbsent(image.patient(), patient -> new int[labels.size() + 1]);
            ofPatient[labels.size()]++;
            for (int label = 0; label < labels.size(); label++) {
                ofPatient[label] += image.shows(labels.get(label)) ? 1 : 0;
            }
        }
        return counts;
    }

    /** The outlooks of one role in each fold that a procedure trains: the development fold, or the others. */
    public List<RoleOutlook> in(Role role, boolean crossValidation) {
        return roles.stream()
                .filter(outlook -> outlook.role() == role && (outlook.fold() != Fold.DEVELOPMENT) == crossValidation)
                .toList();
    }

    private static RoleOutlook outlook(
            int fold, Role role, String label, int index, List<int[]> patients, double correlation) {
        PlannedCases positives =
                cases(patients.stream().map(counts -> counts[index]).toList(), correlation);
        PlannedCases negatives = cases(
                patients.stream()
                        .map(counts -> counts[counts.length - 1] - counts[index])
                        .toList(),
                correlation);
        RoleOutlook none = new RoleOutlook(fold, role, label, patients.size(), negatives, positives, List.of());
        return new RoleOutlook(
                fold,
                role,
                label,
                patients.size(),
                negatives,
                positives,
                AREAS.stream().flatMap(none::at).toList());
    }

    private static PlannedCases cases(List<Integer> imagesPerPatient, double correlation) {
        return PlannedCases.of(
                imagesPerPatient.stream().filter(count -> count > 0).toList(), correlation);
    }
}
