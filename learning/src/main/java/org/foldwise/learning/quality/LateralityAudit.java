package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.foldwise.learning.dataset.BodySide;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;

/**
 * Compares the side that files or manifest name, under the name {@value #ATTRIBUTE}, with the side that pictures show: those of a left
 * breast, knee or hand are mirror images of those of a right one. Of each thumbnail its mirror image is subtracted, which leaves what
 * distinguishes its left from its right; the mean of that over the images of the left less the mean over those of the right is what the
 * sides look like, of each image among all other patients. An image contradicts its side if it is clearly like the other.
 *
 * <p>Negatives are judged as what they are negatives of, and turned images are not judged: {@link Postures} tells which they are. Images of
 * different parts of the body are judged apart. Nothing is said where fewer than {@value #FEWEST_PATIENTS} patients have
 * images of either side, or where more than a quarter of the images of either side do not look as their side does: where pictures hardly differ from
 * their mirror images, where all were brought to one side, or where sides are named at random.
 */
final class LateralityAudit {
    private static final String ATTRIBUTE = "laterality";
    private static final int FEWEST_PATIENTS = 10;
    /** Three quarters of the images of either side look that much like their side, as a correlation, or nothing is said. */
    private static final double TOLD_APART_FROM = 0.35;
    /** An image contradicts its side if it looks as much like the other. */
    private static final double CONTRARY_FROM = 0.35;

    private static final int PIXELS = Thumbnail.SIDE * Thumbnail.SIDE;

    private LateralityAudit() {}

    /** An image whose side is said. */
    private record Sided(ImageRecord image, boolean isRight, Thumbnail picture) {}

    /** What distinguishes left from right, summed over images of either side, the right ones mirrored. */
    private static final class Sums {
        private final double[] ofLeft = new double[PIXELS];
        private final double[] ofRight = new double[PIXELS];
        private int lefts;
        private int rights;

        void add(Sided one) {
            double[] asLeft = asLeft(one);
            double[] sum = one.isRight() ? ofRight : ofLeft;
            for (int i = 0; i < PIXELS; i++) {
                sum[i] += asLeft[i];
            }
            lefts += one.isRight() ? 0 : 1;
            rights += one.isRight() ? 1 : 0;
        }

        /** What a left one looks like without those of {@code own}: the mean over left ones and the mean over right ones, added. */
        double[] without(Sums own) {
            double[] rest = new double[PIXELS];
            for (int i = 0; i < PIXELS; i++) {
                rest[i] = (ofLeft[i] - own.ofLeft[i]) / (lefts - own.lefts)
                        + (ofRight[i] - own.ofRight[i]) / (rights - own.rights);
            }
            return rest;
        }
    }

    static List<Finding> of(MeasuredCohort measured, Postures postures) {
        Map<String, Function<ImageRecord, Optional<String>>> sources = DatasetProfile.sources(measured);
        Map<String, List<Sided>> byPart = new TreeMap<>();
        List<ImageRecord> images = measured.cohort().images();
        Function<ImageRecord, Optional<String>> side = named(sources, ATTRIBUTE);
        Function<ImageRecord, Optional<String>> part = named(sources, "bodyPart");
        for (int i = 0; i < images.size(); i++) {
            ImageRecord image = images.get(i);
            Optional<Boolean> right = side.apply(image).flatMap(BodySide::of).map(one -> one == BodySide.RIGHT);
            if (right.isPresent() && postures.of(i) != Postures.Posture.TURNED) {
                byPart.computeIfAbsent(part.apply(image).orElse("").toLowerCase(Locale.ROOT), any -> new ArrayList<>())
                        .add(new Sided(image, right.get(), picture(measured, postures, i)));
            }
        }
        List<ImageRecord> contrary = new ArrayList<>();
        int judged = 0;
        for (List<Sided> sided : byPart.values()) {
            double[] likeness = likeness(sided);
            if (likeness.length > 0) {
                judged += likeness.length;
                for (int i = 0; i < likeness.length; i++) {
                    if (likeness[i] <= -CONTRARY_FROM) {
                        contrary.add(sided.get(i).image());
                    }
                }
            }
        }
        return contrary.isEmpty() ? List.of() : List.of(finding(contrary, judged));
    }

    /** What is a negative of the others has what distinguishes left from right the other way round. */
    private static Thumbnail picture(MeasuredCohort measured, Postures postures, int image) {
        Thumbnail picture = measured.measures().get(image).thumbnail();
        return postures.of(image) == Postures.Posture.NEGATIVE ? picture.negative() : picture;
    }

    private static Finding finding(List<ImageRecord> contrary, int judged) {
        int patients =
                (int) contrary.stream().map(ImageRecord::patient).distinct().count();
        return new Finding(
                Finding.Code.LATERALITY_CONTRADICTED,
                Finding.Severity.WARNING,
                contrary.size() + " of " + Counted.of(judged, "image") + ", of "
                        + Counted.of(patients, "patient") + ", " + (contrary.size() == 1 ? "is" : "are")
                        + " said to be of one side ('" + ATTRIBUTE
                        + "') and " + (contrary.size() == 1 ? "looks" : "look")
                        + " like those of the other, which are mirror images",
                List.of(
                        Finding.Figure.of("images", contrary.size()),
                        Finding.Figure.of("patients", patients),
                        Finding.Figure.of("judged", judged)),
                contrary.stream().map(ImageRecord::name).toList(),
                "look at them: either the side is named wrongly, or the picture is mirrored, or a negative or turned without that being told; ask where they come from, and upload them"
                        + " anew with whichever is wrong put right");
    }

    private static Function<ImageRecord, Optional<String>> named(
            Map<String, Function<ImageRecord, Optional<String>>> sources, String name) {
        return sources.entrySet().stream()
                .filter(source -> source.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(image -> Optional.empty());
    }

    /** A picture less its mirror image, at unit length, of a right one mirrored. */
    private static double[] asLeft(Sided one) {
        double[] difference = new double[PIXELS];
        double squares = 0;
        for (int y = 0; y < Thumbnail.SIDE; y++) {
            for (int x = 0; x < Thumbnail.SIDE; x++) {
                int value = one.picture().at(x, y) - one.picture().at(Turn.MIRRORED, x, y);
                difference[y * Thumbnail.SIDE + x] = one.isRight() ? -value : value;
                squares += (double) value * value;
            }
        }
        if (squares > 0) {
            for (int i = 0; i < PIXELS; i++) {
                difference[i] /= Math.sqrt(squares);
            }
        }
        return difference;
    }

    /**
     * How much each image looks as its side does among other patients, in [-1, 1]; nothing where sides cannot be told apart. With the
     * right ones mirrored, left and right look alike where sides are mirror images, and are each other's negative where all pictures
     * lie on one side.
     */
    private static double[] likeness(List<Sided> sided) {
        Map<PatientId, List<Integer>> byPatient = new TreeMap<>();
        Set<PatientId> left = new HashSet<>();
        Set<PatientId> right = new HashSet<>();
        Sums all = new Sums();
        for (int i = 0; i < sided.size(); i++) {
            Sided one = sided.get(i);
            PatientId patient = one.image().patient();
            byPatient.computeIfAbsent(patient, any -> new ArrayList<>()).add(i);
            (one.isRight() ? right : left).add(patient);
            all.add(one);
        }
        if (left.size() < FEWEST_PATIENTS || right.size() < FEWEST_PATIENTS) {
            return new double[0];
        }
        double[] likeness = new double[sided.size()];
        for (List<Integer> ofPatient : byPatient.values()) {
            Sums own = new Sums();
            ofPatient.forEach(i -> own.add(sided.get(i)));
            double[] others = all.without(own);
            for (int i : ofPatient) {
                double[] asLeft = asLeft(sided.get(i));
                Correlation sums = new Correlation();
                for (int pixel = 0; pixel < PIXELS; pixel++) {
                    sums.add(asLeft[pixel], others[pixel]);
                }
                likeness[i] = sums.value();
            }
        }
        return isToldApart(sided, likeness, false) && isToldApart(sided, likeness, true) ? likeness : new double[0];
    }

    private static boolean isToldApart(List<Sided> sided, double[] likeness, boolean right) {
        double[] ofSide = new double[likeness.length];
        int count = 0;
        for (int i = 0; i < likeness.length; i++) {
            if (sided.get(i).isRight() == right) {
                ofSide[count++] = likeness[i];
            }
        }
        double[] sorted = Arrays.copyOf(ofSide, count);
        Arrays.sort(sorted);
        return sorted[count / 4] >= TOLD_APART_FROM;
    }
}
