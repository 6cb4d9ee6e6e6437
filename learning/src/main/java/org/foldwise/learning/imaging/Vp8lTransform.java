package org.foldwise.learning.imaging;

/** Undoes what WebP's lossless coding did to pixels before it packed them (its specification, section 4). */
sealed interface Vp8lTransform {
    int OPAQUE_BLACK = 0xFF000000;

    /** The pixels before the transform: alpha, red, green and blue from the highest to the lowest byte. */
    int[] undo(int[] pixels);

    /** Red and blue lack green. */
    record Green() implements Vp8lTransform {
        @Override
        public int[] undo(int[] pixels) {
            for (int i = 0; i < pixels.length; i++) {
                int green = pixels[i] >> 8 & 0xFF;
                int others = ((pixels[i] & 0x00FF00FF) + (green << 16 | green)) & 0x00FF00FF;
                pixels[i] = (pixels[i] & 0xFF00FF00) | others;
            }
            return pixels;
        }
    }

    /** Indices of colours, of which a pixel may hold several. */
    final class Palette implements Vp8lTransform {
        private final int[] colours;
        private final int width;
        private final int height;
        /** A pixel holds two to the power of this. */
        private final int packedPower;

        Palette(int[] colours, int width, int height) {
            this.colours = colours;
            this.width = width;
            this.height = height;
            this.packedPower = colours.length > 16 ? 0 : colours.length > 4 ? 1 : colours.length > 2 ? 2 : 3;
        }

        int packedWidth() {
            return (width + (1 << packedPower) - 1) >> packedPower;
        }

        @Override
        public int[] undo(int[] pixels) {
            int[] undone = packedPower == 0 ? pixels : new int[width * height];
            int bits = 8 >> packedPower;
            int packed = packedWidth();
            for (int y = 0, to = 0; y < height; y++) {
                for (int x = 0; x < width; x++, to++) {
                    int green = pixels[y * packed + (x >> packedPower)] >> 8 & 0xFF;
                    int within = x & ((1 << packedPower) - 1);
                    int index = green >> (within * bits) & ((1 << bits) - 1);
                    // an index beyond the palette means transparent black
                    undone[to] = index < colours.length ? colours[index] : 0;
                }
            }
            return undone;
        }
    }

    /** Red and blue lack shares of green, and blue one of red, that differ from tile to tile. */
    final class Colour implements Vp8lTransform {
        private final Vp8lTiles tiles;

        Colour(Vp8lTiles tiles) {
            this.tiles = tiles;
        }

        @Override
        public int[] undo(int[] pixels) {
            for (int i = 0; i < pixels.length; i++) {
                int shares = tiles.at(i);
                int pixel = pixels[i];
                byte green = (byte) (pixel >> 8);
                int red = ((pixel >> 16) + share((byte) shares, green)) & 0xFF;
                int blue =
                        (pixel + share((byte) (shares >> 8), green) + share((byte) (shares >> 16), (byte) red)) & 0xFF;
                pixels[i] = (pixel & 0xFF00FF00) | red << 16 | blue;
            }
            return pixels;
        }

        private static int share(byte factor, byte colour) {
            return (factor * colour) >> 5;
        }
    }

    /** Pixels are differences to a prediction from their neighbours, in a way that differs from tile to tile. */
    final class Predictor implements Vp8lTransform {
        private final Vp8lTiles tiles;
        private final int width;

        Predictor(Vp8lTiles tiles, int width) {
            this.tiles = tiles;
            this.width = width;
        }

        @Override
        public int[] undo(int[] pixels) {
            for (int i = 0; i < pixels.length; i++) {
                int prediction;
                if (i < width) {
                    prediction = i == 0 ? OPAQUE_BLACK : pixels[i - 1];
                } else if (i % width == 0) {
                    prediction = pixels[i - width];
                } else {
                    prediction = predict(tiles.at(i) >> 8 & 15, pixels, i);
                }
                pixels[i] = sum(pixels[i], prediction);
            }
            return pixels;
        }

        /** Right of a row's end lies the beginning of the next. */
        private int predict(int mode, int[] pixels, int i) {
            int left = pixels[i - 1];
            int above = pixels[i - width];
            int right = pixels[i - width + 1];
            int corner = pixels[i - width - 1];
            return switch (mode) {
                case 1 -> left;
                case 2 -> above;
                case 3 -> right;
                case 4 -> corner;
                case 5 -> mean(mean(left, right), above);
                case 6 -> mean(left, corner);
                case 7 -> mean(left, above);
                case 8 -> mean(corner, above);
                case 9 -> mean(above, right);
                case 10 -> mean(mean(left, corner), mean(above, right));
                case 11 -> nearer(left, above, corner);
                case 12 -> plane(left, above, corner);
                case 13 -> halfPlane(mean(left, above), corner);
                default -> OPAQUE_BLACK;
            };
        }

        private static int sum(int one, int other) {
            int alphaAndGreen = ((one & 0xFF00FF00) + (other & 0xFF00FF00)) & 0xFF00FF00;
            int redAndBlue = ((one & 0x00FF00FF) + (other & 0x00FF00FF)) & 0x00FF00FF;
            return alphaAndGreen | redAndBlue;
        }

        private static int mean(int one, int other) {
            return (((one ^ other) & 0xFEFEFEFE) >>> 1) + (one & other);
        }

        /** Of left and above the one that is nearer to left + above - corner. */
        private static int nearer(int left, int above, int corner) {
            int toLeft = 0;
            int toAbove = 0;
            for (int shift = 0; shift < 32; shift += 8) {
                int base = corner >> shift & 0xFF;
                toLeft += Math.abs((above >> shift & 0xFF) - base);
                toAbove += Math.abs((left >> shift & 0xFF) - base);
            }
            return toLeft < toAbove ? left : above;
        }

        private static int plane(int left, int above, int corner) {
            int result = 0;
            for (int shift = 0; shift < 32; shift += 8) {
                int value = (left >> shift & 0xFF) + (above >> shift & 0xFF) - (corner >> shift & 0xFF);
                result |= clamped(value) << shift;
            }
            return result;
        }

        private static int halfPlane(int mean, int corner) {
            int result = 0;
            for (int shift = 0; shift < 32; shift += 8) {
                int value = mean >> shift & 0xFF;
                result |= clamped(value + (value - (corner >> shift & 0xFF)) / 2) << shift;
            }
            return result;
        }

        private static int clamped(int value) {
            return Math.max(0, Math.min(255, value));
        }
    }
}
