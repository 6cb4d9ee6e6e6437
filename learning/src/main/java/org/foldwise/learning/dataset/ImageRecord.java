package org.foldwise.learning.dataset;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One image of a cohort: whose it is and what it shows. The pixels lie elsewhere, under the digest of their file.
 *
 * @param name unique within the cohort: the path under which the image's file was uploaded, and where the image is one of several frames
 *     of it, {@code #} and the frame's number behind that
 * @param content digest of the image file's bytes
 * @param patient whose image it is
 * @param labels what it shows of the cohort's classes, in alphabetical order: one class where classes exclude each other,
 *     otherwise any number, or none
 * @param acquiredOn day of the examination, where known
 * @param site hospital or device group, where known
 * @param frame number of the frame, slice or page of the file that the image is, from 0; absent where the file stands for one image, which
 *     of several frames is the one in the middle
 */
public record ImageRecord(
        String name,
        Digest content,
        PatientId patient,
        List<String> labels,
        @Nullable LocalDate acquiredOn,
        @Nullable String site,
        @Nullable Integer frame) {
    /** Stands between a file's name and the number of a frame. */
    private static final char FRAME_MARK = '#';

    public ImageRecord {
        labels = labels.size() == 1
                ? List.copyOf(labels)
                : labels.stream().sorted().toList();
        if (frame != null && (frame < 0 || name.lastIndexOf(FRAME_MARK) < 1)) {
            throw new IllegalArgumentException(
                    "a frame has a number from 0 and the name of a file before " + FRAME_MARK);
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an image's name must not be empty");
        }
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).isEmpty()) {
                throw new IllegalArgumentException("the label of image '" + name + "' must not be empty");
            }
            if (i > 0 && labels.get(i).equals(labels.get(i - 1))) {
                throw new IllegalArgumentException("the labels of image '" + name + "' must differ, were " + labels);
            }
        }
    }

    /** The image that a file stands for. */
    public ImageRecord(
            String name,
            Digest content,
            PatientId patient,
            List<String> labels,
            @Nullable LocalDate acquiredOn,
            @Nullable String site) {
        this(name, content, patient, labels, acquiredOn, site, null);
    }

    /** An image of one class. */
    public ImageRecord(
            String name,
            Digest content,
            PatientId patient,
            String label,
            @Nullable LocalDate acquiredOn,
            @Nullable String site) {
        this(name, content, patient, List.of(label), acquiredOn, site);
    }

    /**
     * The same as one of several frames of its file, whose number has as many digits as that of the last.
     *
     * @param number from 0 to less than {@code frames}
     * @param frames of the file, 2 or more
     */
    public ImageRecord ofFrame(int number, int frames) {
        Objects.checkIndex(number, frames);
        String digits = Integer.toString(number);
        int width = Integer.toString(frames - 1).length();
        return new ImageRecord(
                file() + FRAME_MARK + "0".repeat(width - digits.length()) + digits,
                content,
                patient,
                labels,
                acquiredOn,
                site,
                number);
    }

    /** The same picture under another name, as an image of somebody else. */
    public ImageRecord under(String otherName, PatientId otherPatient) {
        return new ImageRecord(otherName, content, otherPatient, labels, acquiredOn, site, frame);
    }

    /** The path under which its file was uploaded. */
    public String file() {
        return frame == null ? name : name.substring(0, name.lastIndexOf(FRAME_MARK));
    }

    /** What is decoded for it: its file's digest, or one of its own where it is one of several frames; see {@link Pictures}. */
    public Digest picture() {
        return frame == null ? content : Pictures.ofFrame(content, frame);
    }

    /**
     * Its class, where classes exclude each other.
     *
     * @throws IllegalStateException if it has no label, or several
     */
    public String label() {
        if (labels.size() != 1) {
            throw new IllegalStateException("image '" + name + "' has " + labels.size()
                    + " labels, and classes that do not exclude each other");
        }
        return labels.get(0);
    }

    /** Whether it shows that class. */
    public boolean shows(String label) {
        return labels.contains(label);
    }
}
