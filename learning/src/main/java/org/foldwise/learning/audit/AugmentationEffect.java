package org.foldwise.learning.audit;

import java.util.Map;
import org.foldwise.learning.experiment.Augmentation;

/** What kind of change an augmentation makes. */
enum AugmentationEffect {
    /** Grey values change, and tissue stays where it is. */
    STAYS,
    /** Tissue changes places, or leaves the image. */
    MOVES;

    private static final Map<Class<? extends Augmentation>, AugmentationEffect> EFFECTS = Map.ofEntries(
            Map.entry(Augmentation.Rotation.class, MOVES),
            Map.entry(Augmentation.Translation.class, MOVES),
            Map.entry(Augmentation.Zoom.class, MOVES),
            Map.entry(Augmentation.Shear.class, MOVES),
            Map.entry(Augmentation.Affine.class, MOVES),
            Map.entry(Augmentation.Crop.class, MOVES),
            Map.entry(Augmentation.HorizontalFlip.class, MOVES),
            Map.entry(Augmentation.VerticalFlip.class, MOVES),
            Map.entry(Augmentation.Elastic.class, MOVES),
            Map.entry(Augmentation.Brightness.class, STAYS),
            Map.entry(Augmentation.Contrast.class, STAYS),
            Map.entry(Augmentation.Gamma.class, STAYS),
            Map.entry(Augmentation.Noise.class, STAYS),
            Map.entry(Augmentation.Blur.class, STAYS),
            Map.entry(Augmentation.Cutout.class, STAYS),
            Map.entry(Augmentation.Clahe.class, STAYS));

    /** Of that augmentation. */
    static AugmentationEffect of(Augmentation augmentation) {
        AugmentationEffect effect = EFFECTS.get(augmentation.getClass());
        if (effect == null) {
            throw new IllegalArgumentException("nothing is known of what " + augmentation + " does");
        }
        return effect;
    }
}
