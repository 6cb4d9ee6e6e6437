package org.foldwise.api.experiment;

/** Kinds of findings about plans; part of the contract. */
enum PlanFindingCode {
    /** The whole backbone is frozen, and its weights are drawn. */
    FROZEN_DRAWN_BACKBONE,
    /** The weights were trained on images of another size. */
    WEIGHTS_SIZE,
    /** The weights were trained on colour images, the plan shows grey ones. */
    WEIGHTS_COLOUR,
    /** The weights were trained on images that were normalised otherwise. */
    WEIGHTS_NORMALISATION,
    /** The weights were trained on images that were scaled otherwise. */
    WEIGHTS_INTERPOLATION
}
