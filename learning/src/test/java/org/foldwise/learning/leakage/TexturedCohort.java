package org.foldwise.learning.leakage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;

/** Patients whose images share a texture of their own, under noise, and whose label is drawn by lot: there is nothing to learn. */
final class TexturedCohort {
    static final int SIZE = 32;
    private static final int BLOCK = 4;

    private final Cohort cohort;
    private final Map<String, PixelImage> pixels = new HashMap<>();

    TexturedCohort(long seed, int patients, int imagesEach) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] ill = new boolean[patients];
        for (int left = patients / 2; left > 0; ) {
            int chosen = random.nextInt(patients);
            left -= ill[chosen] ? 0 : 1;
            ill[chosen] = true;
        }
        List<ImageRecord> images = new ArrayList<>();
        for (int patient = 0; patient < patients; patient++) {
            int[] texture =
                    random.ints((SIZE / BLOCK) * (SIZE / BLOCK), 30, 200).toArray();
            for (int image = 0; image < imagesEach; image++) {
                String name = "p%03d/%d.png".formatted(patient, image);
                pixels.put(name, film(texture, random));
                images.add(new ImageRecord(
                        name,
                        Digest.of(seed + name),
                        new PatientId("p%03d".formatted(patient)),
                        ill[patient] ? "ill" : "healthy",
                        null,
                        null));
            }
        }
        cohort = new Cohort(Task.BINARY, List.of("healthy", "ill"), PatientLabelRule.ANY_POSITIVE, images);
    }

    private static PixelImage film(int[] texture, SplittableRandom random) {
        byte[] samples = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                samples[y * SIZE + x] = (byte) (texture[y / BLOCK * (SIZE / BLOCK) + x / BLOCK] + random.nextInt(20));
            }
        }
        return PixelImage.of(SIZE, SIZE, 1, samples);
    }

    Cohort cohort() {
        return cohort;
    }

    PixelImage pixelsOf(ImageRecord image) {
        PixelImage found = pixels.get(image.name());
        if (found == null) {
            throw new IllegalArgumentException(image.name());
        }
        return found;
    }
}
