package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;

/** Looks at what is to be seen on the images. */
final class PictureAudit {
    /** Less variation than this shows nothing. */
    private static final double CONSTANT_BELOW = 1;
    /** A frame of this share of the image's side is worth knowing. */
    private static final double BORDER_FROM = 0.02;

    /** Where that share of the images lies otherwise, it may be the others that lie wrongly. */
    private static final double MANY = 0.25;

    /** A quarter of the shades from 0 to 255, rounded up: what values of 14 bits reach in 16. */
    private static final int NARROW_UP_TO = 65;

    /** A film or two of so few shades are badly exposed, which is told as such; that share of the images is how they were saved. */
    private static final double NARROW_SHARE = 0.05;

    private final MeasuredCohort measured;
    private final Postures postures;
    private final List<Finding> findings = new ArrayList<>();

    private PictureAudit(MeasuredCohort measured, Postures postures) {
        this.measured = measured;
        this.postures = postures;
    }

    static List<Finding> of(MeasuredCohort measured, Postures postures) {
        PictureAudit audit = new PictureAudit(measured, postures);
        List<ImageMeasures> measures = measured.measures();
        audit.images(
                i -> measures.get(i).standardDeviation() < CONSTANT_BELOW,
                Finding.Code.CONSTANT_IMAGES,
                Finding.Severity.WARNING,
                "image shows",
                "images show",
                " one grey value and nothing else",
                "leave them out: a label on them can only be learnt by heart");
        audit.postures();
        audit.borders();
        audit.images(
                new CornerMarks(measures)::hasAny,
                Finding.Code.CORNER_MARKERS,
                Finding.Severity.NOTICE,
                "image seems",
                "images seem",
                " to have letters, other bright strokes or flat rectangles in a corner",
                "make sure that they hold no name; a network may learn the hospital from them");
        audit.intensities();
        audit.narrowIntensities();
        return audit.findings;
    }

    private void postures() {
        outOfPlace(
                i -> postures.of(i) == Postures.Posture.NEGATIVE,
                Finding.Code.INVERTED_IMAGES,
                " like negatives of the others",
                "look at them and invert them before uploading; DICOM files say so as MONOCHROME1");
        outOfPlace(
                i -> postures.of(i) == Postures.Posture.TURNED,
                Finding.Code.TURNED_IMAGES,
                " like the others only if turned by a quarter or a half, or stood upside down",
                "look at them and turn them before uploading");
        images(
                i -> postures.of(i) == Postures.Posture.MIRRORED,
                Finding.Code.MIRRORED_IMAGES,
                Finding.Severity.NOTICE,
                "image looks",
                "images look",
                " like the others seen in a mirror",
                "look at them: they may have been scanned from the back; an illness of one side can look that way as well");
    }

    /** Frames of the rarer kinds first: where most images have black margins, those that have not are to be looked at. */
    private void borders() {
        Map<ImageMeasures.Frame, List<String>> byKind = new EnumMap<>(ImageMeasures.Frame.class);
        for (ImageMeasures.Frame kind : ImageMeasures.Frame.values()) {
            byKind.put(
                    kind,
                    named(i -> measured.measures().get(i).border() >= BORDER_FROM
                            && measured.measures().get(i).frame() == kind));
        }
        List<String> images = byKind.values().stream()
                .sorted(Comparator.comparingInt(List::size))
                .flatMap(List::stream)
                .toList();
        if (images.isEmpty()) {
            return;
        }
        List<Finding.Figure> figures = new ArrayList<>();
        figures.add(Finding.Figure.of("images", images.size()));
        List<String> kinds = new ArrayList<>();
        byKind.forEach((kind, ofKind) -> {
            figures.add(Finding.Figure.of(kind.figure(), ofKind.size()));
            if (!ofKind.isEmpty()) {
                kinds.add(ofKind.size() + " " + kind.words());
            }
        });
        findings.add(new Finding(
                Finding.Code.BORDERS,
                Finding.Severity.NOTICE,
                Counted.of(images.size(), "image has", "images have")
                        + " a frame of 2 % of the width or height or more: " + String.join(", ", kinds),
                figures,
                images,
                "crop frames before uploading where some images have them and others have not, or have others"
                        + (kinds.size() > 1 ? "; those of the rarest kind are named first" : "")));
    }

    private void outOfPlace(IntPredicate which, Finding.Code code, String what, String suggestion) {
        int judged = measured.measures().size();
        List<String> images = named(which);
        if (images.isEmpty()) {
            return;
        }
        String evidence = Counted.of(images.size(), "image looks", "images look") + what;
        boolean isMany = images.size() >= MANY * judged;
        findings.add(new Finding(
                code,
                Finding.Severity.WARNING,
                isMany
                        ? evidence
                                + String.format(
                                        Locale.ROOT,
                                        "; that is %.0f %% of %d, so it may as well be the others that lie wrongly, and more than these may",
                                        100.0 * images.size() / judged,
                                        judged)
                        : evidence,
                List.of(Finding.Figure.of("images", images.size()), Finding.Figure.of("judged", judged)),
                images,
                isMany ? suggestion + "; then freeze a new dataset and see whether any are left" : suggestion));
    }

    private void intensities() {
        Map<String, ToDoubleFunction<ImageMeasures>> values = new LinkedHashMap<>();
        values.put("mean grey value", ImageMeasures::mean);
        values.put("contrast", ImageMeasures::standardDeviation);
        values.put("entropy", ImageMeasures::entropy);
        values.put("sharpness", image -> Math.log(image.sharpness() + 1));
        Outliers.among(measured, values)
                .finding(
                        Finding.Code.OUTLYING_INTENSITIES,
                        "look at them: they may be badly exposed, damaged, or show something else")
                .ifPresent(findings::add);
    }

    /**
     * Values of few bits in files of 16, as programs write them that take films out of DICOM. Divided by 257, as all samples of 16 bits are,
     * they leave a few shades, so a training sees less than a screen that stretches them. DICOM and NIfTI say what is black and what white.
     */
    private void narrowIntensities() {
        List<ImageMeasures> measures = measured.measures();
        IntPredicate isNarrow = i -> isStoredIn16Bits(measures.get(i).header())
                && measures.get(i).shades() <= NARROW_UP_TO
                && measures.get(i).standardDeviation() > 0;
        List<String> images = named(isNarrow);
        if (images.isEmpty() || images.size() < NARROW_SHARE * measures.size()) {
            return;
        }
        int most = 0;
        for (int i = 0; i < measures.size(); i++) {
            most = isNarrow.test(i) ? Math.max(most, measures.get(i).shades()) : most;
        }
        findings.add(
                new Finding(
                        Finding.Code.NARROW_INTENSITIES,
                        Finding.Severity.WARNING,
                        images.size() + " of " + Counted.of(measures.size(), "image")
                                + " have 16 bits a sample and use so few of their values" + " that at most "
                                + most + " of 256 shades are left",
                        List.of(
                                Finding.Figure.of("images", images.size()),
                                Finding.Figure.of("judged", measures.size()),
                                Finding.Figure.of("shades", most)),
                        images,
                        "save them with their values stretched to 16 bits, those of 12 bits times 16, or as DICOM with a window"));
    }

    private static boolean isStoredIn16Bits(ImageHeader header) {
        return header.bitsPerSample() == 16
                && (header.format() == ImageFormat.PNG || header.format() == ImageFormat.TIFF);
    }

    private void images(
            IntPredicate which,
            Finding.Code code,
            Finding.Severity severity,
            String one,
            String others,
            String what,
            String suggestion) {
        List<String> images = named(which);
        if (!images.isEmpty()) {
            findings.add(new Finding(
                    code,
                    severity,
                    Counted.of(images.size(), one, others) + what,
                    List.of(Finding.Figure.of("images", images.size())),
                    images,
                    suggestion));
        }
    }

    private List<String> named(IntPredicate which) {
        List<String> images = new ArrayList<>();
        for (int i = 0; i < measured.measures().size(); i++) {
            if (which.test(i)) {
                images.add(measured.cohort().images().get(i).name());
            }
        }
        return images;
    }
}
