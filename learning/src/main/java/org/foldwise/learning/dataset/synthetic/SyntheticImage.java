package org.foldwise.learning.dataset.synthetic;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One film of a synthetic cohort: what the manifest says of it and what is true of it. Its pixels are rendered whenever they are
 * asked for, always the same, so that large cohorts take no memory. Immutable, for use by several threads.
 */
public final class SyntheticImage {
    private final String name;
    private final PatientId patient;
    private final String label;
    private final LocalDate acquiredOn;
    private final Film film;
    private final @Nullable String duplicateOf;

    SyntheticImage(
            String name,
            PatientId patient,
            String label,
            LocalDate acquiredOn,
            Film film,
            @Nullable String duplicateOf) {
        this.name = name;
        this.patient = patient;
        this.label = label;
        this.acquiredOn = acquiredOn;
        this.film = film;
        this.duplicateOf = duplicateOf;
    }

    /** Path below the cohort's folder: class, patient, number of the film. */
    public String name() {
        return name;
    }

    public PatientId patient() {
        return patient;
    }

    public String label() {
        return label;
    }

    public LocalDate acquiredOn() {
        return acquiredOn;
    }

    public String site() {
        return film.site().name();
    }

    /** Where the disease is; empty on films without any. */
    public List<OpacityBox> opacities() {
        return film.boxes();
    }

    /** Name of the image that this one is a planted byte-identical copy of. */
    public Optional<String> duplicateOf() {
        return Optional.ofNullable(duplicateOf);
    }

    /** The film, grey. */
    public PixelImage pixels() {
        return film.render();
    }

    /** The film as an 8-bit grey PNG file. */
    public byte[] png() {
        return PngEncoder.encode(pixels());
    }

    /** The image as a cohort knows it. */
    public ImageRecord toRecord() {
        return new ImageRecord(name, Digest.of(png()), patient, label, acquiredOn, site());
    }

    Film film() {
        return film;
    }

    @Override
    public String toString() {
        return "SyntheticImage[" + name + "]";
    }
}
