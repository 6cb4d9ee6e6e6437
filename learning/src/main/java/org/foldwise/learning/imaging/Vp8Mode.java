package org.foldwise.learning.imaging;

/** How a block of VP8 is predicted from its neighbours (RFC 6386, section 12); the first four also stand for whole macroblocks. */
final class Vp8Mode {
    static final int MEAN = 0;
    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;
    static final int RIGHT_DOWN = 4;
    static final int VERTICAL_RIGHT = 5;
    static final int LEFT_DOWN = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;
    static final int COUNT = 10;

    private Vp8Mode() {}
}
