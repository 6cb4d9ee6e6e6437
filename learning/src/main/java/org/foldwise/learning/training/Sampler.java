package org.foldwise.learning.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.network.RandomStreams;

/**
 * Which training images an epoch shows. A function of the images' names, patients and classes, of the seed and of the epoch: the
 * order of the dataset's rows, threads and earlier epochs do not enter. It is made from {@link TrainingImages}, so no image of
 * another role can be drawn.
 */
final class Sampler {
    private static final String PURPOSE = "sampling";

    private final SamplingSpec spec;
    private final long seed;
    private final List<ImageRecord> all;
    /** The images of each class, the smallest class first, of equal ones the later in the cohort's order; empty where labels overlap. */
    private final List<List<ImageRecord>> classes;

    Sampler(SamplingSpec spec, TrainingImages images, long seed) {
        this.spec = spec;
        this.seed = seed;
        this.all = images.records();
        this.classes = spec instanceof SamplingSpec.Natural ? List.of() : bySize(images);
    }

    private static List<List<ImageRecord>> bySize(TrainingImages images) {
        List<List<ImageRecord>> classes = new ArrayList<>();
        for (String name : images.classes()) {
            classes.add(
                    0,
                    images.records().stream().filter(image -> image.shows(name)).toList());
        }
        // the sort is stable
        classes.sort(Comparator.comparingInt(List::size));
        return List.copyOf(classes);
    }

    private List<ImageRecord> smallest() {
        return classes.get(0);
    }

    private List<List<ImageRecord>> others() {
        return classes.subList(1, classes.size());
    }

    /** Images of every epoch, 2 or more. */
    int size() {
        if (spec instanceof SamplingSpec.Oversampling oversampling) {
            return all.size()
                    + classes.stream()
                            .mapToInt(ofClass -> missing(oversampling, ofClass))
                            .sum();
        }
        if (spec instanceof SamplingSpec.Undersampling undersampling) {
            return smallest().size()
                    + others().stream()
                            .mapToInt(ofClass -> kept(undersampling, ofClass))
                            .sum();
        }
        return spec instanceof SamplingSpec.BalancedSubset
                ? classes.size() * smallest().size()
                : all.size();
    }

    /** The images of an epoch, not in the order in which they are shown; one that is shown several times stands there so often. */
    List<ImageRecord> draws(int epochIndex) {
        SplittableRandom random = RandomStreams.of(seed, PURPOSE, Integer.toString(epochIndex));
        if (spec instanceof SamplingSpec.Weighted weighted) {
            return weighted(weighted.balance(), random);
        }
        if (spec instanceof SamplingSpec.Oversampling oversampling) {
            List<ImageRecord> images = new ArrayList<>(all);
            for (List<ImageRecord> ofClass : classes) {
                for (int i = missing(oversampling, ofClass); i > 0; i--) {
                    images.add(any(ofClass, random));
                }
            }
            return images;
        }
        if (spec instanceof SamplingSpec.Undersampling undersampling) {
            List<ImageRecord> images = new ArrayList<>(smallest());
            for (List<ImageRecord> ofClass : others()) {
                images.addAll(shuffled(ofClass, random).subList(0, kept(undersampling, ofClass)));
            }
            return images;
        }
        return spec instanceof SamplingSpec.BalancedSubset subset ? member(subset) : all;
    }

    private int missing(SamplingSpec.Oversampling oversampling, List<ImageRecord> ofClass) {
        int largest = classes.get(classes.size() - 1).size();
        return (int) Math.max(0, Math.round(oversampling.ratio() * largest) - ofClass.size());
    }

    private int kept(SamplingSpec.Undersampling undersampling, List<ImageRecord> ofClass) {
        return (int) Math.min(ofClass.size(), Math.round(smallest().size() / undersampling.ratio()));
    }

    /** Class, then patient if asked for, then image: the same as drawing images with weights of 1 / (classes x patients x images). */
    private List<ImageRecord> weighted(SamplingSpec.Balance balance, SplittableRandom random) {
        List<List<List<ImageRecord>>> groups =
                classes.stream().map(ofClass -> groups(ofClass, balance)).toList();
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            images.add(any(any(any(groups, random), random), random));
        }
        return images;
    }

    private static List<List<ImageRecord>> groups(List<ImageRecord> images, SamplingSpec.Balance balance) {
        return switch (balance) {
            case CLASSES -> List.of(images);
            case CLASSES_AND_PATIENTS -> {
                Collection<List<ImageRecord>> byPatient = images.stream()
                        .collect(Collectors.groupingBy(ImageRecord::patient, LinkedHashMap::new, Collectors.toList()))
                        .values();
                yield List.copyOf(byPatient);
            }
        };
    }

    /** The smallest class and, of each other one, as many, from a ring of all in a random order. */
    private List<ImageRecord> member(SamplingSpec.BalancedSubset subset) {
        SplittableRandom random = RandomStreams.of(seed, PURPOSE, "subsets");
        List<ImageRecord> images = new ArrayList<>(smallest());
        for (List<ImageRecord> ofClass : others()) {
            List<ImageRecord> ring = shuffled(ofClass, random);
            int begin = (int) ((long) subset.member() * ring.size() / subset.of());
            for (int i = 0; i < smallest().size(); i++) {
                images.add(ring.get((begin + i) % ring.size()));
            }
        }
        return images;
    }

    static <T> List<T> shuffled(List<T> elements, SplittableRandom random) {
        List<T> order = new ArrayList<>(elements);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T swapped = order.get(i);
            order.set(i, order.get(j));
            order.set(j, swapped);
        }
        return order;
    }

    private static <T> T any(List<T> elements, SplittableRandom random) {
        return elements.get(random.nextInt(elements.size()));
    }
}
