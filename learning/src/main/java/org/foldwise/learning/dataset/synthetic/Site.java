package org.foldwise.learning.dataset.synthetic;

/**
 * A hospital's way of making films: its exposure, its contrast and the marker it lays into a corner. A network that knows the
 * site from these may guess the disease from the site.
 *
 * @param name as it stands in the manifest
 * @param gain factor on brightness
 * @param contrast factor on the distance from middle grey
 * @param collimation width of the black frame, as a share of the film's longer side
 * @param marker what it shows, and where
 */
record Site(String name, double gain, double contrast, double collimation, Marker marker) {

    /** Site number {@code index} of a cohort. */
    static Site of(long seed, int index) {
        SeededStream random = SeededStream.of(seed, SeededStream.Purpose.SITE, index);
        return new Site(
                String.valueOf((char) ('A' + index)),
                random.between(0.88, 1.12),
                random.between(0.90, 1.15),
                index % 2 == 0 ? 0 : random.between(0.01, 0.035),
                Marker.drawn(random, index));
    }
}
