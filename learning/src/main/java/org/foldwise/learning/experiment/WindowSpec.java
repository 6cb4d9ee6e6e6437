package org.foldwise.learning.experiment;

import org.foldwise.learning.imaging.Preprocessing;
import org.jspecify.annotations.Nullable;

/** Which of an image's values are shown from black to white, before anything else is done to it. */
public sealed interface WindowSpec {
    /** What is left to the files: the window that each brings with it. Images without values know no other. */
    WindowSpec FILE = new File();

    /** The step of the preprocessing; absent where each file decides for itself. */
    Preprocessing.Step.@Nullable Window step();

    /** Each file's own window, or whatever stands in for it where a file has none. */
    record File() implements WindowSpec {
        @Override
        public Preprocessing.Step.@Nullable Window step() {
            return null;
        }
    }

    /** A window of Hounsfield units that has a name. */
    record Named(Name name) implements WindowSpec {
        @Override
        public Preprocessing.Step.Window step() {
            return new Preprocessing.Step.Window(name.centre, name.width);
        }
    }

    /**
     * A window of the modality's values.
     *
     * @param centre in the modality's unit, -10000000 to 10000000
     * @param width in the same unit, 1 to 10000000
     */
    record Fixed(double centre, double width) implements WindowSpec {
        private static final double MOST = 10_000_000;

        public Fixed {
            if (!(Math.abs(centre) <= MOST)) {
                throw new IllegalArgumentException("centre must be -10000000 to 10000000, was " + centre);
            }
            if (!(width >= 1 && width <= MOST)) {
                throw new IllegalArgumentException("width must be 1 to 10000000, was " + width);
            }
        }

        @Override
        public Preprocessing.Step.Window step() {
            return new Preprocessing.Step.Window(centre, width);
        }
    }

    /** Windows of CT as radiologists commonly set them; departments differ by some tens of units. */
    enum Name {
        /** Centre -600, width 1500. */
        LUNG(-600, 1500),
        /** Centre 40, width 400: abdomen and mediastinum, with contrast medium or without. */
        SOFT_TISSUE(40, 400),
        /** Centre 40, width 80. */
        BRAIN(40, 80),
        /** Centre 400, width 1800. */
        BONE(400, 1800);

        private final double centre;
        private final double width;

        Name(double centre, double width) {
            this.centre = centre;
            this.width = width;
        }
    }
}
