package org.foldwise.learning.imaging;

import java.util.Map;

/**
 * By which rules this program decodes images and makes them ready: a number, which is kept with whatever learnt from such images, as
 * the version of one more library. What learnt by other rules would see other pixels here than it learnt from.
 */
public final class ImageRules {
    /** The library that it is the version of. */
    public static final String LIBRARY = "images";

    /** Grows when any file would come to other pixels than before. */
    public static final String NUMBER = "3";

    /** Of trainings from before it was kept. */
    private static final String BEFORE = "1";

    private ImageRules() {}

    /** Whether images were decoded by the rules of this program where these libraries were, given their versions by name. */
    public static boolean areThoseOf(Map<String, String> libraries) {
        return NUMBER.equals(libraries.getOrDefault(LIBRARY, BEFORE));
    }

    /**
     * Lets through what learnt by the rules of this program.
     *
     * @param libraries of its training, versions by name
     * @throws OtherPreprocessingException if it learnt by others
     */
    public static void requireThoseOf(Map<String, String> libraries) {
        if (!areThoseOf(libraries)) {
            throw new OtherPreprocessingException("the network learnt from images that were decoded by rules "
                    + libraries.getOrDefault(LIBRARY, BEFORE) + ", this program decodes them by rules " + NUMBER
                    + " and would show it other pixels; train it anew");
        }
    }
}
