package org.foldwise.learning.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final List<ImageRecord> smaller;
    private final List<ImageRecord> larger;

    Sampler(SamplingSpec spec, TrainingImages images, long seed) {
        this.spec = spec;
        this.seed = seed;
        this.all = images.records();
        Map<Boolean, List<ImageRecord>> classes = all.stream().collect(Collectors.partitioningBy(images::isPositive));
        List<ImageRecord> negative = classes.getOrDefault(false, List.of());
        List<ImageRecord> positive = classes.getOrDefault(true, List.of());
        this.smaller = positive.size() <= negative.size() ? positive : negative;
        this.larger = positive.size() <= negative.size() ? negative : positive;
    }

    /** Images of every epoch, 2 or more. */
    int size() {
        if (spec instanceof SamplingSpec.Oversampling oversampling) {
            return all.size() + missing(oversampling);
        }
        if (spec instanceof SamplingSpec.Undersampling undersampling) {
            return smaller.size() + kept(undersampling);
        }
        return spec instanceof SamplingSpec.BalancedSubset ? 2 * smaller.size() : all.size();
    }

    /** The images of an epoch, not in the order in which they are shown; one that is shown several times stands there so often. */
    List<ImageRecord> draws(int epochIndex) {
        SplittableRandom random = RandomStreams.of(seed, PURPOSE, Integer.toString(epochIndex));
        if (spec instanceof SamplingSpec.Weighted weighted) {
            return weighted(weighted.balance(), random);
        }
        if (spec instanceof SamplingSpec.Oversampling oversampling) {
            List<ImageRecord> images = new ArrayList<>(all);
            for (int i = missing(oversampling); i > 0; i--) {
                images.add(any(smaller, random));
            }
            return images;
        }
        if (spec instanceof SamplingSpec.Undersampling undersampling) {
            return withAllOfTheSmaller(shuffled(larger, random).subList(0, kept(undersampling)));
        }
        if (spec instanceof SamplingSpec.BalancedSubset subset) {
            return withAllOfTheSmaller(part(subset));
        }
        return all;
    }

    private int missing(SamplingSpec.Oversampling oversampling) {
        return (int) Math.max(0, Math.round(oversampling.ratio() * larger.size()) - smaller.size());
    }

    private int kept(SamplingSpec.Undersampling undersampling) {
        return (int) Math.min(larger.size(), Math.round(smaller.size() / undersampling.ratio()));
    }

    private List<ImageRecord> withAllOfTheSmaller(List<ImageRecord> others) {
        List<ImageRecord> images = new ArrayList<>(smaller);
        images.addAll(others);
        return images;
    }

    /** Class, then patient if asked for, then image: the same as drawing images with weights of 1 / (classes x patients x images). */
    private List<ImageRecord> weighted(SamplingSpec.Balance balance, SplittableRandom random) {
        List<List<List<ImageRecord>>> classes = List.of(groups(smaller, balance), groups(larger, balance));
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            images.add(any(any(any(classes, random), random), random));
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

    /** The member's part of the larger class: as many as the smaller one has, from a ring of all in a random order. */
    private List<ImageRecord> part(SamplingSpec.BalancedSubset subset) {
        List<ImageRecord> ring = shuffled(larger, RandomStreams.of(seed, PURPOSE, "subsets"));
        int begin = (int) ((long) subset.member() * ring.size() / subset.of());
        List<ImageRecord> part = new ArrayList<>();
        for (int i = 0; i < smaller.size(); i++) {
            part.add(ring.get((begin + i) % ring.size()));
        }
        return part;
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
