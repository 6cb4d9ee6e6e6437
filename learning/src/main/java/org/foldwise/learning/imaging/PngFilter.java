package org.foldwise.learning.imaging;

/** The five row filters of PNG (W3C PNG specification, section 9), which predict a byte from its neighbours. */
final class PngFilter {
    static final int PAETH = 4;

    private PngFilter() {}

    /** Turns a filtered row into the row itself, in place; {@code previous} is the row above, zeros for the first. */
    static void undo(int filter, byte[] row, byte[] previous, int bytesPerPixel) {
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = bytesPerPixel; i < row.length; i++) {
                    row[i] += row[i - bytesPerPixel];
                }
            }
            case 2 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += previous[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < row.length; i++) {
                    int left = i < bytesPerPixel ? 0 : row[i - bytesPerPixel] & 0xFF;
                    row[i] += (byte) ((left + (previous[i] & 0xFF)) / 2);
                }
            }
            case PAETH -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += (byte) paeth(row, previous, i, bytesPerPixel);
                }
            }
            default -> throw PngFile.corrupt("there is no row filter " + (filter & 0xFF));
        }
    }

    /** Paeth's prediction of byte {@code i}: of left, above and above left the one nearest to left + above - above left. */
    static int paeth(byte[] row, byte[] previous, int i, int bytesPerPixel) {
        int left = i < bytesPerPixel ? 0 : row[i - bytesPerPixel] & 0xFF;
        int above = previous[i] & 0xFF;
        int aboveLeft = i < bytesPerPixel ? 0 : previous[i - bytesPerPixel] & 0xFF;
        int toLeft = Math.abs(above - aboveLeft);
        int toAbove = Math.abs(left - aboveLeft);
        int toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
        if (toLeft <= toAbove && toLeft <= toAboveLeft) {
            return left;
        }
        return toAbove <= toAboveLeft ? above : aboveLeft;
    }
}
