package org.foldwise.learning.explanation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.ExplanationReport.BorderFigure;
import org.foldwise.learning.metrics.ExplanationReport.Explained;
import org.foldwise.learning.metrics.ExplanationReport.MapFigure;
import org.foldwise.learning.metrics.ExplanationReport.Redrawn;
import org.foldwise.learning.metrics.ExplanationReport.RedrawnWeights;
import org.foldwise.learning.metrics.PatientMean;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Probabilities;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Trace;
import org.foldwise.learning.network.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Makes the maps of a sample of images and holds each figure of {@link ExplanationReport} beside that of maps that show nothing: heat
 * beside area, deletion and insertion beside those of a map of chance values on as coarse a grid, maps of redrawn networks beside redrawn
 * maps of other images. For one thread.
 */
public final class MapCheck {
    /** Of the frame along the edges, as a share of the input's sides. */
    public static final double BORDER = 0.1;

    /** Shares of the pixels at which the answer is asked for. */
    private static final int STEPS = 16;
    /** How often weights are drawn afresh. */
    private static final int DRAWS = 8;

    private static final double LEVEL = 0.95;

    private static final String ONE_CELL =
            "the network's last feature map has one cell at this image.size, and a map of one cell compares nothing";

    private final TorchEngine engine;
    private final Task task;
    private final List<String> classes;
    private final @Nullable Region region;
    private final long seed;
    private final int curveSteps;
    private final int draws;

    private final int[] explained;
    private final int[] showing;
    private final Set<PatientId> patients = new HashSet<>();
    private int images;
    private int blankMaps;
    private boolean hasCells;
    private final Paired border = new Paired();
    private final Paired inRegion = new Paired();
    private final Paired deletion = new Paired();
    private final Paired insertion = new Paired();
    private final List<Redrawing> redrawings =
            List.of(new Redrawing(RedrawnWeights.HEAD), new Redrawing(RedrawnWeights.ALL));
    private int groups;

    /**
     * A check to which images are {@linkplain #add added}.
     *
     * @param classes the model's, in its order
     * @param region a rectangle whose share of the heat is asked for; null where none is
     * @param seed of chance maps and of redrawn weights
     */
    public MapCheck(TorchEngine engine, Task task, List<String> classes, @Nullable Region region, long seed) {
        this(engine, task, classes, region, seed, STEPS, DRAWS);
    }

    MapCheck(
            TorchEngine engine,
            Task task,
            List<String> classes,
            @Nullable Region region,
            long seed,
            int curveSteps,
            int draws) {
        this.engine = engine;
        this.task = task;
        this.classes = List.copyOf(classes);
        this.region = region;
        this.seed = seed;
        this.curveSteps = curveSteps;
        this.draws = draws;
        this.explained = new int[classes.size()];
        this.showing = new int[classes.size()];
    }

    /**
     * Adds images that the same networks answer.
     *
     * @param networks whose answers are averaged; with weights of one size of maps
     * @param sample 1 image or more
     * @param progress told after each image, and after each draw, how many of {@link #steps} are done; may throw to break off
     */
    public void add(List<AnsweringNetwork> networks, List<ExplainedImage> sample, IntConsumer progress) {
        if (networks.isEmpty() || sample.isEmpty()) {
            throw new IllegalArgumentException(
                    "there must be 1 network and 1 image or more, were " + networks.size() + " and " + sample.size());
        }
        groups++;
        int[] done = new int[1];
        List<double[]> own = new ArrayList<>();
        try (Opened opened = new Opened(networks.stream()
                .map(network -> new Redrawable(network, network.weights()))
                .toList())) {
            for (ExplainedImage image : sample) {
                own.add(measure(opened, image));
                progress.accept(++done[0]);
            }
        }
        for (int draw = 0; draw < draws; draw++) {
            List<Weights> fresh = new ArrayList<>();
            for (int i = 0; i < networks.size(); i++) {
                long drawn = RandomStreams.seedOf(seed, "redrawn", groups + " " + i + " " + draw);
                fresh.add(InitialWeights.draw(networks.get(i).spec(), drawn));
            }
            for (Redrawing redrawing : redrawings) {
                redrawing.add(sample, own, redrawnMaps(networks, fresh, sample, redrawing.firstStage()));
            }
            progress.accept(++done[0]);
        }
    }

    /** How often {@link #add} tells of progress for so many images. */
    public int steps(int images) {
        return images + draws;
    }

    /** The figures; with at least one image. */
    public ExplanationReport report() {
        if (images == 0) {
            throw new IllegalStateException("no image was added");
        }
        List<Explained> named = new ArrayList<>();
        for (int k = 0; k < explained.length; k++) {
            if (explained[k] > 0) {
                named.add(new Explained(classes.get(k), explained[k], showing[k]));
            }
        }
        String noHeat = "all maps are blank: "
                + (hasCells ? "in none does a place speak more for the class than others" : ONE_CELL);
        String noRanks =
                "no two maps can be compared: " + (hasCells ? "one of each pair is the same everywhere" : ONE_CELL);
        return new ExplanationReport(
                named,
                images,
                patients.size(),
                blankMaps,
                draws,
                new BorderFigure(BORDER, border.figure(noHeat)),
                region == null ? null : inRegion.figure(noHeat),
                deletion.figure(noHeat),
                insertion.figure(noHeat),
                redrawings.stream().map(redrawing -> redrawing.report(noRanks)).toList());
    }

    private double[] measure(Opened opened, ExplainedImage image) {
        images++;
        patients.add(image.patient());
        explained[image.explainedClass()]++;
        showing[image.explainedClass()] += image.shows() ? 1 : 0;
        Heatmap map = opened.map(image);
        hasCells |= map.rows() * map.columns() > 1;
        OptionalDouble inBorder = map.shareInBorder(BORDER);
        if (inBorder.isEmpty()) {
            blankMaps++;
            return raw(map);
        }
        border.add(image.patient(), inBorder.getAsDouble(), Heatmap.areaOfBorder(BORDER));
        if (region != null) {
            map.shareWithin(region.left(), region.top(), region.right(), region.bottom())
                    .ifPresent(share -> inRegion.add(image.patient(), share, region.area()));
        }
        ToDoubleFunction<PixelImage> answer = pixels -> opened.probability(pixels, image.explainedClass());
        PixelCurves curves = curves(answer, image.pixels(), map);
        PixelCurves byChance = curves(answer, image.pixels(), chance(map));
        deletion.add(image.patient(), curves.deletionArea(), byChance.deletionArea());
        insertion.add(image.patient(), curves.insertionArea(), byChance.insertionArea());
        return raw(map);
    }

    private PixelCurves curves(ToDoubleFunction<PixelImage> answer, PixelImage image, Heatmap map) {
        return PixelCurves.of(answer, image, map.upsampled(image.width(), image.height()), curveSteps);
    }

    /** A map that shows nothing: as coarse, with chance values. */
    private Heatmap chance(Heatmap map) {
        SplittableRandom random = RandomStreams.of(seed, "chance map", Integer.toString(images));
        return new Heatmap(
                map.rows(),
                map.columns(),
                random.doubles((long) map.rows() * map.columns()).toArray());
    }

    private List<double[]> redrawnMaps(
            List<AnsweringNetwork> networks, List<Weights> fresh, List<ExplainedImage> sample, int firstStage) {
        List<Redrawable> redrawn = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            AnsweringNetwork network = networks.get(i);
            redrawn.add(new Redrawable(
                    network, InitialWeights.replaced(network.spec(), network.weights(), fresh.get(i), firstStage)));
        }
        List<double[]> maps = new ArrayList<>();
        try (Opened opened = new Opened(redrawn)) {
            sample.forEach(image -> maps.add(raw(opened.map(image))));
        }
        return maps;
    }

    private static double[] raw(Heatmap map) {
        double[] raw = new double[map.rows() * map.columns()];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = map.raw(i / map.columns(), i % map.columns());
        }
        return raw;
    }

    /** A network with weights that may be others than its own. */
    private record Redrawable(AnsweringNetwork network, Weights weights) {}

    /** Networks that are open. */
    private final class Opened implements AutoCloseable {
        private final List<InferenceNetwork> networks = new ArrayList<>();
        private final List<ImageBatch> inputs = new ArrayList<>();

        Opened(List<Redrawable> redrawables) {
            try {
                for (Redrawable one : redrawables) {
                    networks.add(InferenceNetwork.open(
                            engine,
                            one.network().spec(),
                            one.weights(),
                            one.network().precision()));
                    inputs.add(new ImageBatch(1, one.network().preprocessing()));
                }
            } catch (RuntimeException | Error e) {
                close();
                throw e;
            }
        }

        Heatmap map(ExplainedImage image) {
            List<Trace> traces = new ArrayList<>();
            for (int i = 0; i < networks.size(); i++) {
                traces.add(networks.get(i).trace(input(i, image.pixels())));
            }
            return GradCam.ofMean(traces, 0, Target.of(task, classes, classes.get(image.explainedClass())));
        }

        double probability(PixelImage pixels, int explainedClass) {
            double sum = 0;
            for (int i = 0; i < networks.size(); i++) {
                float[] logits = networks.get(i).logits(input(i, pixels));
                List<Double> probabilities = Probabilities.of(task, logits, 0, logits.length);
                sum += task != Task.BINARY
                        ? probabilities.get(explainedClass)
                        : explainedClass == 1 ? probabilities.get(0) : 1 - probabilities.get(0);
            }
            return sum / networks.size();
        }

        private ImageBatch input(int network, PixelImage pixels) {
            ImageBatch input = inputs.get(network);
            input.clear();
            input.add(pixels);
            return input;
        }

        @Override
        public void close() {
            networks.forEach(InferenceNetwork::close);
        }
    }

    /** A figure and its baseline, image by image. */
    private static final class Paired {
        private final PatientMean own = new PatientMean(0, 1);
        private final PatientMean baseline = new PatientMean(0, 1);
        private final PatientMean difference = new PatientMean(-1, 1);

        void add(PatientId patient, double value, double ofNothing) {
            own.add(patient, value);
            baseline.add(patient, ofNothing);
            difference.add(patient, value - ofNothing);
        }

        /** @param none why there is no figure, where nothing was added */
        MapFigure figure(String none) {
            return own.images() == 0
                    ? undefined(none)
                    : new MapFigure(
                            own.images(),
                            own.estimate(LEVEL),
                            own.deviation().orElse(null),
                            baseline.estimate(LEVEL),
                            difference.estimate(LEVEL));
        }

        private static MapFigure undefined(String none) {
            Estimate undefined = Estimate.undefined(none);
            return new MapFigure(0, undefined, null, undefined, undefined);
        }
    }

    /** The maps of networks of which some weights were drawn afresh. */
    private static final class Redrawing {
        private final RedrawnWeights weights;
        private final Randomization.Comparison comparison = new Randomization.Comparison();
        private final PatientMean own = new PatientMean(0, 1);
        private final Paired besideOthers = new Paired();

        Redrawing(RedrawnWeights weights) {
            this.weights = weights;
        }

        int firstStage() {
            return weights == RedrawnWeights.HEAD ? BackboneName.STAGES : 0;
        }

        void add(List<ExplainedImage> sample, List<double[]> own, List<double[]> fresh) {
            comparison.add(own, fresh);
            for (int image = 0; image < own.size(); image++) {
                PatientId patient = sample.get(image).patient();
                OptionalDouble itself = Randomization.rankCorrelation(own.get(image), fresh.get(image));
                double sum = 0;
                int others = 0;
                for (int other = 0; other < own.size(); other++) {
                    OptionalDouble correlation = sample.get(other).patient().equals(patient)
                            ? OptionalDouble.empty()
                            : Randomization.rankCorrelation(own.get(image), fresh.get(other));
                    if (correlation.isPresent()) {
                        sum += Math.abs(correlation.getAsDouble());
                        others++;
                    }
                }
                if (itself.isPresent()) {
                    this.own.add(patient, Math.abs(itself.getAsDouble()));
                    if (others > 0) {
                        besideOthers.add(patient, Math.abs(itself.getAsDouble()), sum / others);
                    }
                }
            }
        }

        /** @param none why there is no figure, where no maps could be compared */
        Redrawn report(String none) {
            Randomization.Step step = comparison.step(firstStage());
            return new Redrawn(weights, step.pairs(), step.correlation(), step.standardError(), size(none));
        }

        private MapFigure size(String none) {
            MapFigure paired = besideOthers.figure(none);
            if (paired.images() > 0 || own.images() == 0) {
                return paired;
            }
            Estimate alone = Estimate.undefined("there is no map of another patient to compare with");
            return new MapFigure(
                    own.images(), own.estimate(LEVEL), own.deviation().orElse(null), alone, alone);
        }
    }
}
