package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngEncoderTest {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 1, 3", "37, 23, 1", "37, 23, 3"})
    void whatItWritesIsReadBack(int width, int height, int channels) throws IOException {
        byte[] samples = new byte[width * height * channels];
        new SplittableRandom(width).nextBytes(samples);
        PixelImage image = PixelImage.of(width, height, channels, samples);

        byte[] file = PngEncoder.encode(image);

        assertThat(decoder.decode(file).pixels()).isEqualTo(image);
        BufferedImage secondOpinion = ImageIO.read(new ByteArrayInputStream(file));
        assertThat(secondOpinion.getRaster().getSample(width - 1, height - 1, channels - 1))
                .isEqualTo(image.sample(width - 1, height - 1, channels - 1));
    }

    /** Fibonacci counts make the deepest of all Huffman trees: 22 levels here, deflate allows 15. */
    @Test
    void keepsCodesWithinDeflatesFifteenBits() throws DataFormatException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int count = 1;
        int next = 1;
        for (int value = 0; value < 23; value++) {
            for (int i = 0; i < count; i++) {
                data.write(value);
            }
            int sum = count + next;
            count = next;
            next = sum;
        }

        byte[] packed = LiteralDeflate.encode(data.toByteArray());

        Inflater inflater = new Inflater(true);
        inflater.setInput(packed);
        byte[] unpacked = new byte[data.size() + 1];
        assertThat(inflater.inflate(unpacked)).isEqualTo(data.size());
        assertThat(Arrays.copyOf(unpacked, data.size())).isEqualTo(data.toByteArray());
        assertThat(inflater.finished()).isTrue();
        inflater.end();
    }

    @Test
    void packsSmoothImages() {
        byte[] samples = new byte[128 * 128];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i % 128);
        }

        byte[] file = PngEncoder.encode(PixelImage.of(128, 128, 1, samples));

        assertThat(file.length).isLessThan(samples.length / 4);
    }

    @Test
    void givesTheSameBytesEverywhere() {
        byte[] samples = new byte[64 * 48];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * i / 37);
        }

        byte[] file = PngEncoder.encode(PixelImage.of(64, 48, 1, samples));

        assertThat(Digest.of(file).hex()).isEqualTo("ec70422ad90aa5d285723e242d5e810dd93f59494a72d5b6d022d78aa324439c");
    }
}
