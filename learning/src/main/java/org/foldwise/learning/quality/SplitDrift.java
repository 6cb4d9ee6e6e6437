package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Bond;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;

/**
 * Whether images of the roles of a split can be told apart: in the development fold those to validate on from those to train on, and
 * those to test on from both; in the first {@value #MOST_FOLDS} other folds those that are held out from those to train on. Each kind of
 * knowledge is a {@linkplain Probe probe} of its own. The intervals' level is raised so that among the development fold's questions
 * together, and among the others' together, one fails in at most 1 of 40 splits that differ by chance alone; an interval must clear
 * {@value #LEAST_LOWER_END}, as for the roles that a dataset came with.
 *
 * <p>Nothing is opened for it: it looks at what was kept when the dataset was frozen, at no label, and at no answer of any model. By what
 * a split was cut, the day or the site, is not asked.
 *
 * @param differences the larger ones of each fold and role first, in the order of the folds
 * @param questions how many were asked; 0 where too few patients or nothing that varies is known
 */
public record SplitDrift(List<Difference> differences, int questions) {
    /** Nobody has looked. */
    public static final SplitDrift UNKNOWN = new SplitDrift(List.of(), 0);

    private static final double LEAST_LOWER_END = 0.52;
    /** Of the development fold's questions, and of the others'. */
    private static final double FALSE_ALARMS = 0.025;

    private static final int MOST_FOLDS = 10;
    /** Of each side; more make nothing clearer that is worth knowing, only slower. */
    private static final int MOST_IMAGES = 2000;

    public SplitDrift {
        differences = List.copyOf(differences);
    }

    /**
     * By what the images of a role can be told.
     *
     * @param fold its index
     * @param role whose images they are
     * @param knowledge such as {@code size}, {@code border}, {@code manufacturer}
     * @param isOutside whether that says nothing of what the images show
     * @param probe the area under the ROC curve over patients who were not learnt from, with its interval
     */
    public record Difference(int fold, Role role, String knowledge, boolean isOutside, Probe probe) {}

    private record Question(
            int fold, Role role, FeatureGroup group, List<ImageRecord> images, Set<PatientId> positive) {
        Question {
            images = List.copyOf(images);
        }
    }

    /**
     * Looks at a split.
     *
     * @param cohort that is split
     * @param measures of its images, by name; where any image has none, attributes alone are looked at
     * @param attributes what manifest and files say beside
     */
    public static SplitDrift of(
            Split split, Cohort cohort, Map<String, KeptMeasures> measures, ImageAttributes attributes) {
        Map<PatientId, List<ImageRecord>> byPatient = new TreeMap<>();
        cohort.images().forEach(image -> byPatient
                .computeIfAbsent(image.patient(), patient -> new ArrayList<>())
                .add(image));
        List<Question> ofDevelopment = new ArrayList<>();
        List<Question> ofFolds = new ArrayList<>();
        Asking asking = new Asking(split, byPatient, measures, attributes);
        asking.add(split.development(), Role.VALIDATION, EnumSet.of(Role.TRAIN), ofDevelopment);
        asking.add(split.development(), Role.TEST, EnumSet.of(Role.TRAIN, Role.VALIDATION), ofDevelopment);
        split.folds().stream()
                .limit(MOST_FOLDS)
                .forEach(fold -> asking.add(fold, Role.HELD_OUT, EnumSet.of(Role.TRAIN), ofFolds));
        List<Difference> differences = new ArrayList<>(answers(ofDevelopment));
        differences.addAll(answers(ofFolds));
        return new SplitDrift(differences, ofDevelopment.size() + ofFolds.size());
    }

    /** Those of a role, over all folds. */
    public List<Difference> of(Role role) {
        return differences.stream()
                .filter(difference -> difference.role() == role)
                .toList();
    }

    private static List<Difference> answers(List<Question> questions) {
        double level = 1 - FALSE_ALARMS / Math.max(1, questions.size());
        List<Difference> differences = new ArrayList<>();
        for (Question question : questions) {
            Probe.of(
                            question.images(),
                            question.group().features(),
                            image -> question.positive().contains(image.patient()),
                            level)
                    .filter(probe -> probe.interval().lower() >= LEAST_LOWER_END)
                    .ifPresent(probe -> differences.add(new Difference(
                            question.fold(),
                            question.role(),
                            question.group().name(),
                            question.group().kind() == FeatureGroup.Kind.OUTSIDE,
                            probe)));
        }
        differences.sort(Comparator.comparingInt(Difference::fold)
                .thenComparing(Difference::role)
                .thenComparing(difference -> -difference.probe().auc()));
        return differences;
    }

    /** What questions are asked of is drawn once for each two sides. */
    private record Asking(
            Split split,
            Map<PatientId, List<ImageRecord>> byPatient,
            Map<String, KeptMeasures> measures,
            ImageAttributes attributes) {
        void add(Fold fold, Role role, Set<Role> others, List<Question> questions) {
            SplittableRandom random = new SplittableRandom(split.seed() ^ fold.index());
            Set<PatientId> positive = new HashSet<>(fold.patients(role));
            List<PatientId> rest = new ArrayList<>();
            others.forEach(other -> rest.addAll(fold.patients(other)));
            if (positive.isEmpty()) {
                return;
            }
            List<ImageRecord> images = new ArrayList<>(drawn(fold.patients(role), random));
            images.addAll(drawn(rest, random));
            images.sort(Comparator.comparing(ImageRecord::name));
            FeatureGroup.ofKept(images, measures, attributes).stream()
                    .filter(group -> !isCutBy(group.name(), role))
                    .map(group -> new Question(fold.index(), role, group, images, positive))
                    .forEach(questions::add);
        }

        /** All images of patients drawn at random until there are enough. */
        private List<ImageRecord> drawn(Collection<PatientId> patients, SplittableRandom random) {
            List<PatientId> order = new ArrayList<>(patients);
            Collections.sort(order);
            List<ImageRecord> images = new ArrayList<>();
            for (int left = order.size(); left > 0 && images.size() < MOST_IMAGES; left--) {
                int place = random.nextInt(left);
                images.addAll(byPatient.getOrDefault(order.get(place), List.of()));
                order.set(place, order.get(left - 1));
            }
            return images;
        }

        private boolean isCutBy(String knowledge, Role role) {
            boolean bySite = split.rules().keeps(Bond.SITE)
                    || (split.spec() instanceof SplitSpec.Site && role != Role.VALIDATION);
            return (bySite && knowledge.equals("site"))
                    || (split.spec() instanceof SplitSpec.Temporal && role == Role.TEST && knowledge.equals("date"));
        }
    }
}
