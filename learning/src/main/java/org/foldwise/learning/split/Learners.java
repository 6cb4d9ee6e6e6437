package org.foldwise.learning.split;

/** Those of whom train and validation are made, as far as it matters which labels their images show. */
interface Learners {
    /**
     * How many units there are with an image of a label.
     *
     * @param shown whether the image shows the label; else it does not
     */
    int units(int label, boolean shown);

    /**
     * Some of those units, each as the number that it has among all.
     *
     * @param atMost how many; fewer where there are no more
     */
    int[] some(int label, boolean shown, int atMost);
}
