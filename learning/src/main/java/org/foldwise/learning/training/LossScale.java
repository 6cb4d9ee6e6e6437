package org.foldwise.learning.training;

/**
 * What the loss is multiplied by before gradients are taken, and gradients are divided by afterwards, so that float16 holds the small
 * ones. Its rule is that of {@code torch.amp.GradScaler} (Micikevicius et al., 2018, Mixed Precision Training): it begins at 2^16, is
 * halved where a gradient is not finite, an update that is left out then, and doubled after 2000 updates in a row that were good.
 *
 * @param factor a power of two
 * @param goodUpdates in a row since it was changed last
 */
public record LossScale(double factor, int goodUpdates) {
    static final LossScale INITIAL = new LossScale(0x1p16, 0);

    private static final int UPDATES_UNTIL_GROWTH = 2000;
    /** Where even this one is too much, the gradients themselves are too large for float16. */
    private static final double SMALLEST = 1;

    public LossScale {
        if (!(factor >= SMALLEST && Double.isFinite(factor) && Math.scalb(1.0, Math.getExponent(factor)) == factor)) {
            throw new IllegalArgumentException("factor must be a power of two and at least 1, was " + factor);
        }
        if (goodUpdates < 0 || goodUpdates >= UPDATES_UNTIL_GROWTH) {
            throw new IllegalArgumentException(
                    "goodUpdates must be 0 to " + (UPDATES_UNTIL_GROWTH - 1) + ", was " + goodUpdates);
        }
    }

    /** After an update whose gradients were finite. */
    LossScale afterGoodUpdate() {
        if (goodUpdates + 1 < UPDATES_UNTIL_GROWTH) {
            return new LossScale(factor, goodUpdates + 1);
        }
        double grown = factor * 2;
        // float32, in which the loss is scaled, ends below 2^128
        return new LossScale(grown < 0x1p64 ? grown : factor, 0);
    }

    /** Whether nothing smaller is left to try. */
    boolean isSmallest() {
        return factor <= SMALLEST;
    }

    /** After an update that was left out because a gradient was not finite. */
    LossScale afterOverflow() {
        return new LossScale(Math.max(SMALLEST, factor / 2), 0);
    }
}
