package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is {@link Preprocessing#toTensor}. */
@Tag("engine")
class ImageBatchTest {
    private static final int SIDE = 32;
    private static final int IMAGES = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void holdsWhatThePreprocessingYieldsWithoutBeingLaidOutAnew(int channels) {
        TorchEngine engine = Engines.engine();
        Preprocessing preprocessing = Preprocessing.stretched(SIDE, channels);
        ImageBatch batch = new ImageBatch(IMAGES + 1, preprocessing);
        int length = preprocessing.tensorLength();
        float[] expected = new float[(IMAGES + 1) * length];
        SplittableRandom random = new SplittableRandom(channels);
        for (int round = 0; round < 2; round++) {
            batch.clear();
            for (int i = 0; i < IMAGES; i++) {
                byte[] samples = new byte[length];
                random.nextBytes(samples);
                PixelImage image = PixelImage.of(SIDE, SIDE, channels, samples);
                batch.add(image);
                preprocessing.toTensor(image, expected, i * length);
            }
            assertThat(values(engine, batch, false)).isEqualTo(Arrays.copyOf(expected, IMAGES * length));
            assertThat(values(engine, batch, true)).isEqualTo(Arrays.copyOf(expected, IMAGES * length));
        }

        batch.fillUp();
        System.arraycopy(expected, 0, expected, IMAGES * length, length);
        assertThat(values(engine, batch, false)).isEqualTo(expected);
        assertThatIllegalStateException()
                .isThrownBy(() -> batch.add(PixelImage.of(SIDE, SIDE, channels, new byte[length])))
                .withMessageContaining("full");
    }

    private static float[] values(TorchEngine engine, ImageBatch batch, boolean isLaidOut) {
        try (NDManager manager = engine.newManager();
                NDArray images = batch.toArray(manager);
                NDArray laidOut = isLaidOut ? engine.kernels().channelsLast(images) : images.duplicate()) {
            assertThat(images.getShape().getShape())
                    .containsExactly(batch.count(), images.getShape().get(1), SIDE, SIDE);
            return Network.toTensor(laidOut).floats();
        }
    }
}
