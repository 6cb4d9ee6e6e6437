package org.foldwise.learning.imaging;

/** A frame was asked for that the file does not have. */
public final class NoSuchFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int frames;

    NoSuchFrameException(int frame, int frames) {
        super("frame must be 0 to " + (frames - 1) + ", was " + frame + ": the file has " + frames
                + (frames == 1 ? " frame" : " frames"));
        this.frames = frames;
    }

    /** How many the file has. */
    public int frames() {
        return frames;
    }
}
