package org.foldwise.learning.augmentation;

import java.util.SplittableRandom;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.imaging.Displacement;
import org.foldwise.learning.imaging.GaussianBlur;
import org.foldwise.learning.imaging.PixelImage;

/** The arrows of an elastic deformation. */
final class ElasticField {
    private ElasticField() {}

    static PixelImage deform(Augmentation.Elastic elastic, PixelImage image, SplittableRandom random) {
        int width = image.width();
        int height = image.height();
        float[] right = new float[width * height];
        float[] down = new float[width * height];
        for (int i = 0; i < right.length; i++) {
            long bits = random.nextLong();
            right[i] = toEitherSide((int) (bits >>> 32));
            down[i] = toEitherSide((int) bits);
        }
        GaussianBlur blur = GaussianBlur.of(elastic.sigma());
        for (float[] arrows : new float[][] {right, down}) {
            blur.apply(arrows, width, height, 1);
            for (int i = 0; i < arrows.length; i++) {
                arrows[i] *= (float) elastic.alpha();
            }
        }
        return Displacement.of(width, height, right, down).apply(image);
    }

    /** 32 bits as a number in [-1, 1]. */
    private static float toEitherSide(int bits) {
        return bits * 0x1p-31f;
    }
}
