package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.Differences;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ReferenceFormula;
import org.foldwise.learning.network.ReferenceVectors;
import org.foldwise.learning.network.Trace;
import org.foldwise.learning.network.Traces;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Maps against those that PyTorch's own differentiation gives. */
@Tag("reference")
@Tag("engine")
class GradCamReferenceTest {
    /** What the reference demands of normalised maps computed in float32. */
    private static final double TOLERANCE = 1e-4;

    /** Every so many pixels the reference has one. */
    private static final int STRIDE = 9;

    private final JsonNode reference = ReferenceVectors.read("gradcam.json");
    private final Differences differences = new Differences("gradcam.json");

    @Test
    void equalsPyTorchsMapsOfEveryClass() {
        NetworkSpec spec = new NetworkSpec(
                BackboneName.valueOf(reference.path("arch").stringValue().toUpperCase(Locale.ROOT)),
                3,
                new HeadSpec(256, 0),
                reference.path("num_classes").intValue(),
                Freezing.NOTHING);
        String seed = reference.path("seed").stringValue();
        double normGain = ReferenceVectors.read("backbones.json")
                .path("models")
                .path(reference.path("arch").stringValue())
                .path("bn_gain")
                .doubleValue();
        ReferenceFormula formula = new ReferenceFormula(seed, normGain);
        JsonNode shape = reference.path("shape");
        int images = shape.get(0).intValue();
        int height = shape.get(2).intValue();
        int width = shape.get(3).intValue();
        float[] pixels = formula.images(reference.path("tag").stringValue(), images, 3, height, width);
        JsonNode expected = reference.path("float64");

        try (InferenceNetwork network = InferenceNetwork.open(Engines.engine(), spec, formula.weights(spec))) {
            Trace trace = Traces.of(network, pixels, images, 3, height, width);
            int compared = 0;
            for (JsonNode cam : expected.path("cams")) {
                int output = cam.path("class").intValue();
                for (int image = 0; image < images; image++) {
                    check(trace, image, output, cam, width, height);
                    compared++;
                }
            }
            assertThat(compared).isEqualTo(images * spec.outputs());
        }
        differences.report();
    }

    private void check(Trace trace, int image, int output, JsonNode cam, int width, int height) {
        double[] alpha = trace.meanGradient(image, output);
        JsonNode first = cam.path("alpha_first8").get(image);
        for (int channel = 0; channel < first.size(); channel++) {
            differences.check("alpha", alpha[channel], first.get(channel).doubleValue(), TOLERANCE);
        }
        Heatmap map = GradCam.of(trace, image, Target.of(output));
        JsonNode raw = cam.path("raw").get(image);
        JsonNode normalised = cam.path("normalised").get(image);
        assertThat(map.rows()).isEqualTo(raw.size());
        assertThat(map.columns()).isEqualTo(raw.get(0).size());
        for (int row = 0; row < map.rows(); row++) {
            for (int column = 0; column < map.columns(); column++) {
                double value = raw.get(row).get(column).doubleValue();
                differences.check("raw", map.raw(row, column), value, TOLERANCE);
                double heat = normalised.get(row).get(column).doubleValue();
                differences.check("heat", map.heat(row, column), heat, TOLERANCE);
            }
        }
        double[] pixels = map.upsampled(width, height);
        JsonNode upsampled = cam.path("upsampled_every_9th").get(image);
        for (int row = 0; row < upsampled.size(); row++) {
            for (int column = 0; column < upsampled.get(row).size(); column++) {
                double heat = upsampled.get(row).get(column).doubleValue();
                differences.check("upsampled", pixels[row * STRIDE * width + column * STRIDE], heat, TOLERANCE);
            }
        }
    }
}
