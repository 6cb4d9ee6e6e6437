package org.foldwise.learning.neighbourhood;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * Finds the training patients nearest to cases by exhaustive comparison, in one pass over the training images, so that of these one
 * vector is held at a time: memory grows with the cases alone.
 *
 * <p>In the same pass it is found how far a neighbour usually is. Of up to {@value #MOST_TYPICAL_PATIENTS} training patients one image
 * each is drawn and compared with all images of the others; likewise of patients whom the weights were not fitted to. One image a
 * patient, because a case is one image: several chances would make patients with many images look near.
 */
public final class NeighbourSearch {
    /** As many as make a share right within 0.05 with 95 % confidence. */
    public static final int MOST_TYPICAL_PATIENTS = 500;

    private static final Comparator<ImageRecord> BY_NAME = Comparator.comparing(ImageRecord::name);

    private final FeatureVectors vectors;
    private final int patients;
    private final long seed;

    /**
     * A search.
     *
     * @param vectors of all images that it will be asked about
     * @param patients nearest ones to find of each case, 1 or more
     * @param seed of the draw of the patients who say what is usual
     */
    public NeighbourSearch(FeatureVectors vectors, int patients, long seed) {
        if (patients < 1) {
            throw new IllegalArgumentException("patients must be 1 or more, was " + patients);
        }
        this.vectors = vectors;
        this.patients = patients;
        this.seed = seed;
    }

    /**
     * What was found.
     *
     * @param cases in the order asked for
     * @param training how far training patients lie from the nearest other one; absent where there is no other
     * @param unseen how far other patients lie from the nearest training patient; absent where there are none
     */
    public record Found(
            List<CaseNeighbours> cases, @Nullable TypicalDistances training, @Nullable TypicalDistances unseen) {
        public Found {
            cases = List.copyOf(cases);
        }
    }

    /**
     * Finds the neighbours of cases. Patients are told apart by their ids: an image of the case's own id is no neighbour. Of equally near
     * images the one whose name comes first is nearer.
     *
     * @param cases whatever their patients
     * @param training images that the weights were fitted to
     * @param unseen images of patients whom they were not fitted to, to tell how far these usually lie; may be empty
     * @param progress told how many training images were compared; may throw to break off
     * @throws IllegalArgumentException if a case has no training patient but its own
     */
    public Found find(
            List<ImageRecord> cases,
            Collection<ImageRecord> training,
            Collection<ImageRecord> unseen,
            IntConsumer progress) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Query> asked = queries(cases, patients);
        List<Query> amongTraining = queries(onePerPatient(training, random), 1);
        List<Query> amongUnseen = queries(onePerPatient(unseen, random), 1);
        List<Query> all = new ArrayList<>(asked);
        all.addAll(amongTraining);
        all.addAll(amongUnseen);
        float[] vector = new float[vectors.length()];
        int compared = 0;
        for (ImageRecord image : training.stream().sorted(BY_NAME).toList()) {
            vectors.copyTo(image, vector);
            double norm = CosineDistance.norm(vector);
            for (Query query : all) {
                query.compare(image, vector, norm);
            }
            progress.accept(++compared);
        }
        List<Query> trainingWithOthers = withNeighbours(amongTraining);
        List<Query> unseenWithOthers = withNeighbours(amongUnseen);
        return new Found(
                asked.stream()
                        .map(query -> query.neighbours(trainingWithOthers, unseenWithOthers))
                        .toList(),
                typical(trainingWithOthers),
                typical(unseenWithOthers));
    }

    private List<Query> queries(List<ImageRecord> images, int most) {
        List<Query> queries = new ArrayList<>();
        for (ImageRecord image : images) {
            float[] vector = new float[vectors.length()];
            vectors.copyTo(image, vector);
            queries.add(new Query(image, vector, most));
        }
        return queries;
    }

    private static List<Query> withNeighbours(List<Query> queries) {
        return queries.stream().filter(query -> query.size > 0).toList();
    }

    private static @Nullable TypicalDistances typical(List<Query> queries) {
        return queries.isEmpty()
                ? null
                : TypicalDistances.of(
                        queries.stream().mapToDouble(Query::nearestDistance).toArray());
    }

    /** Of each patient one image, of more than {@link #MOST_TYPICAL_PATIENTS} patients so many, drawn alike. */
    private static List<ImageRecord> onePerPatient(Collection<ImageRecord> images, SplittableRandom random) {
        SortedMap<PatientId, List<ImageRecord>> byPatient = new TreeMap<>();
        images.stream().sorted(BY_NAME).forEach(image -> byPatient
                .computeIfAbsent(image.patient(), patient -> new ArrayList<>())
                .add(image));
        List<List<ImageRecord>> left = new ArrayList<>(byPatient.values());
        List<ImageRecord> drawn = new ArrayList<>();
        while (!left.isEmpty() && drawn.size() < MOST_TYPICAL_PATIENTS) {
            int at = random.nextInt(left.size());
            List<ImageRecord> ofPatient = left.get(at);
            left.set(at, left.get(left.size() - 1));
            left.remove(left.size() - 1);
            drawn.add(ofPatient.get(random.nextInt(ofPatient.size())));
        }
        return drawn;
    }

    /** An image, and the nearest patients met so far, in order. */
    private static final class Query {
        private final ImageRecord image;
        private final float[] vector;
        private final double norm;
        private final ImageRecord[] nearest;
        private final double[] distances;
        private int size;

        Query(ImageRecord image, float[] vector, int most) {
            this.image = image;
            this.vector = vector;
            this.norm = CosineDistance.norm(vector);
            this.nearest = new ImageRecord[most];
            this.distances = new double[most];
        }

        void compare(ImageRecord other, float[] otherVector, double otherNorm) {
            if (other.patient().equals(image.patient())) {
                return;
            }
            double distance = CosineDistance.between(vector, norm, otherVector, otherNorm);
            if (size < nearest.length || isNearer(distance, other, size - 1)) {
                take(distance, other);
            }
        }

        /** Puts an image in its place; the patient's farther one goes, or else the farthest patient. */
        private void take(double distance, ImageRecord other) {
            int at = placeOf(other.patient());
            if (at < size) {
                if (!isNearer(distance, other, at)) {
                    return;
                }
            } else if (size < nearest.length) {
                size++;
            } else {
                at = size - 1;
            }
            while (at > 0 && isNearer(distance, other, at - 1)) {
                nearest[at] = nearest[at - 1];
                distances[at] = distances[at - 1];
                at--;
            }
            nearest[at] = other;
            distances[at] = distance;
        }

        private int placeOf(PatientId patient) {
            for (int i = 0; i < size; i++) {
                if (nearest[i].patient().equals(patient)) {
                    return i;
                }
            }
            return size;
        }

        private boolean isNearer(double distance, ImageRecord other, int place) {
            return distance < distances[place]
                    || (distance == distances[place] && BY_NAME.compare(other, nearest[place]) < 0);
        }

        double nearestDistance() {
            return distances[0];
        }

        CaseNeighbours neighbours(List<Query> training, List<Query> unseen) {
            if (size == 0) {
                throw new IllegalArgumentException("there is no training patient but the case's own");
            }
            List<Neighbour> found = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                found.add(new Neighbour(nearest[i], distances[i]));
            }
            return new CaseNeighbours(image, found, shareNearer(training), shareNearer(unseen));
        }

        /** How many of other patients lie nearer to theirs. */
        private @Nullable Double shareNearer(List<Query> others) {
            int counted = 0;
            int nearer = 0;
            for (Query other : others) {
                if (!other.image.patient().equals(image.patient())) {
                    counted++;
                    nearer += other.nearestDistance() < nearestDistance() ? 1 : 0;
                }
            }
            return counted == 0 ? null : (double) nearer / counted;
        }
    }
}
