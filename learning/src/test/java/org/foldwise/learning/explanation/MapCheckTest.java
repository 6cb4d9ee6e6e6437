package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.ExplanationReport.Explained;
import org.foldwise.learning.metrics.ExplanationReport.MapFigure;
import org.foldwise.learning.metrics.ExplanationReport.Redrawn;
import org.foldwise.learning.metrics.ExplanationReport.RedrawnWeights;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engine")
class MapCheckTest {
    private static final int SIDE = 96;
    private static final int IMAGES = 6;
    private static final List<String> CLASSES = List.of("A", "B", "C");

    /** A drawn network whose answers differ from image to image, which those of a drawn MobileNet hardly do. */
    private static final ExperimentPlan PLAN = PlanJson.read(
            """
            {"backbone": "resnet18", "image": {"size": 96, "channels": 1}, "head": {"hidden": 16, "dropout": 0}, "seed": 1}""");

    private static List<String> classes(Task task) {
        return task == Task.BINARY ? CLASSES.subList(0, 2) : CLASSES;
    }

    private static AnsweringNetwork network(Task task) {
        NetworkSpec spec = NetworkSpec.of(PLAN, task, classes(task).size());
        Preprocessing preprocessing = PLAN.image().preprocessing();
        return new AnsweringNetwork(spec, InitialWeights.draw(spec, 7), preprocessing, Precision.FLOAT32);
    }

    /** Bright discs on grainy ground, of 5 patients; the first two classes are explained in turn. */
    private static List<ExplainedImage> images() {
        SplittableRandom random = new SplittableRandom(3);
        List<ExplainedImage> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            int x = random.nextInt(20, 76);
            int y = random.nextInt(20, 76);
            byte[] samples = new byte[SIDE * SIDE];
            for (int at = 0; at < samples.length; at++) {
                int distance = Math.abs(at % SIDE - x) + Math.abs(at / SIDE - y);
                samples[at] = (byte) (distance < 16 ? 230 : random.nextInt(40, 90));
            }
            images.add(new ExplainedImage(
                    new PatientId("p" + Math.min(i, 4)), PixelImage.of(SIDE, SIDE, 1, samples), i % 2, i % 3 == 0));
        }
        return images;
    }

    private static ExplanationReport report(
            Task task, List<AnsweringNetwork> networks, @Nullable Region region, int draws) {
        MapCheck check = new MapCheck(Engines.engine(), task, classes(task), region, 11, 4, draws);
        List<Integer> told = new ArrayList<>();
        check.add(networks, images(), told::add);
        assertThat(told)
                .hasSize(check.steps(IMAGES))
                .isSorted()
                .endsWith(check.steps(IMAGES))
                .hasSize(IMAGES + draws);
        return check.report();
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void holdsFiguresBesideThoseOfMapsThatShowNothing(Task task) {
        ExplanationReport report = report(task, List.of(network(task)), new Region(0, 0, 1, 1), 8);

        assertThat(report.images()).isEqualTo(IMAGES);
        assertThat(report.patients()).isEqualTo(5);
        assertThat(report.explained()).containsExactly(new Explained("A", 3, 1), new Explained("B", 3, 1));
        int seen = IMAGES - report.blankMaps();
        assertThat(seen).isPositive();
        MapFigure border = report.inBorder().share();
        assertThat(border.baseline().valueOr(0)).isCloseTo(0.36, within(1e-12));
        assertThat(border.baseline().interval()).isNull();
        // all heat lies in the whole
        MapFigure whole = Objects.requireNonNull(report.inRegion());
        assertThat(whole.mean().valueOr(0)).isCloseTo(1, within(1e-12));
        assertThat(whole.baseline().valueOr(0)).isEqualTo(1);
        for (MapFigure figure : List.of(border, whole, report.deletion(), report.insertion())) {
            assertThat(figure.images()).isEqualTo(seen);
            assertThat(figure.difference().valueOr(9))
                    .isCloseTo(figure.mean().valueOr(0) - figure.baseline().valueOr(0), within(1e-12));
        }
        assertThat(report.redrawn())
                .extracting(Redrawn::weights)
                .containsExactly(RedrawnWeights.HEAD, RedrawnWeights.ALL);
        // a head is drawn symmetrically about 0, so what it does to a map has either sign
        for (Redrawn redrawn : report.redrawn()) {
            assertThat(redrawn.pairs()).isPositive();
            assertThat(Math.abs(Objects.requireNonNull(redrawn.correlation())))
                    .isLessThan(4 * Objects.requireNonNull(redrawn.standardError()));
            assertThat(redrawn.size().mean().valueOr(9)).isBetween(0.0, 1.0);
            assertThat(redrawn.size().baseline().valueOr(9)).isBetween(0.0, 1.0);
        }
        assertThat(ReportJson.read(ExplanationReport.class, ReportJson.write(report)))
                .isEqualTo(report);
    }

    /** MobileNet's last feature map of 32 x 32 pixels is one cell, which is blank whatever it holds. */
    @Test
    void saysWhyMapsOfOneCellShowNothing() {
        ExperimentPlan small = PlanJson.read(
                """
                {"backbone": "mobilenetV2", "image": {"size": 32, "channels": 1}, "head": {"hidden": 16, "dropout": 0}, "seed": 1}""");
        NetworkSpec spec = NetworkSpec.of(small, Task.BINARY, 2);
        MapCheck check =
                new MapCheck(Engines.engine(), Task.BINARY, classes(Task.BINARY), new Region(0, 0, 1, 1), 11, 4, 2);
        check.add(
                List.of(new AnsweringNetwork(
                        spec, InitialWeights.draw(spec, 7), small.image().preprocessing(), Precision.FLOAT32)),
                images().stream()
                        .map(image -> new ExplainedImage(
                                image.patient(),
                                image.pixels().resized(32, 32, ResizeFilter.BILINEAR),
                                image.explainedClass(),
                                image.shows()))
                        .toList(),
                done -> {});

        ExplanationReport report = check.report();

        assertThat(report.blankMaps()).isEqualTo(IMAGES);
        for (MapFigure figure : List.of(
                report.inBorder().share(),
                Objects.requireNonNull(report.inRegion()),
                report.deletion(),
                report.insertion())) {
            assertThat(figure.images()).isZero();
            for (Estimate estimate : List.of(figure.mean(), figure.baseline(), figure.difference())) {
                assertThat(estimate.undefinedBecause())
                        .startsWith("all maps are blank: the network's last feature map has one cell");
            }
        }
        for (Redrawn redrawn : report.redrawn()) {
            assertThat(redrawn.pairs()).isZero();
            assertThat(redrawn.size().mean().undefinedBecause())
                    .startsWith("no two maps can be compared: the network's last feature map has one cell");
        }
        assertThat(ReportJson.read(ExplanationReport.class, ReportJson.write(report)))
                .isEqualTo(report);
    }

    /** Two networks that are the same answer as one, so that only what is drawn for them differs. */
    @Test
    void averagesNetworks() {
        AnsweringNetwork network = network(Task.BINARY);

        ExplanationReport one = report(Task.BINARY, List.of(network), null, 2);
        ExplanationReport two = report(Task.BINARY, List.of(network, network), null, 2);

        assertThat(one.inRegion()).isNull();
        assertThat(two.inBorder()).isEqualTo(one.inBorder());
        assertThat(two.deletion()).isEqualTo(one.deletion());
        assertThat(two.insertion()).isEqualTo(one.insertion());
        assertThat(two.redrawn()).isNotEqualTo(one.redrawn());
    }

    @Test
    void takesImagesAndNetworks() {
        MapCheck check = new MapCheck(Engines.engine(), Task.BINARY, classes(Task.BINARY), null, 1);

        assertThatIllegalStateException().isThrownBy(check::report);
        assertThatIllegalArgumentException().isThrownBy(() -> check.add(List.of(), images(), done -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> new Region(0.5, 0, 0.5, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Region(0, 0, 1, 1.1));
    }
}
