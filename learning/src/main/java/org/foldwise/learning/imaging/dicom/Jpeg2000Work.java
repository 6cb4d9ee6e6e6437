package org.foldwise.learning.imaging.dicom;

/**
 * How much a frame may make its decoder do, in passes over samples. Every byte of a frame pays for some: of real films the
 * dearest asks for a fraction of it, whereas a forged header can promise eighty passes over millions of samples in a few bytes.
 */
final class Jpeg2000Work {
    private static final long PASSES_PER_BYTE = 1 << 14;
    private static final long FREE = 1 << 22;

    private long left;

    Jpeg2000Work(int codedBytes) {
        this.left = FREE + PASSES_PER_BYTE * codedBytes;
    }

    void spend(CodeBlock block) {
        left -= (long) block.passes() * block.width() * block.height();
        if (left < 0) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 frame promises more than its bytes can hold");
        }
    }
}
