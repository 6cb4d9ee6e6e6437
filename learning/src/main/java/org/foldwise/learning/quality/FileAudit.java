package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageRecord;

/** Looks at what files and manifest say of the images. */
final class FileAudit {
    /** The widest image is this much wider, relative to its height, than the narrowest. */
    private static final double ASPECT_RATIOS_VARY_FROM = 1.25;
    /** An attribute with more values is no device or view. */
    private static final int MOST_VALUES = 20;

    private final MeasuredCohort measured;
    private final List<Finding> findings = new ArrayList<>();

    private FileAudit(MeasuredCohort measured) {
        this.measured = measured;
    }

    static List<Finding> of(MeasuredCohort measured) {
        FileAudit audit = new FileAudit(measured);
        audit.aspectRatios();
        audit.sizes();
        audit.files(
                image -> image.header().hasTextMetadata(),
                Finding.Code.TEXT_METADATA,
                "image carries",
                "images carry",
                " metadata that may hold text, such as a patient's name",
                "strip the metadata before uploading; Foldwise uses the pixels only but keeps the files as they are");
        audit.files(
                image -> image.header().hasTrailingData(),
                Finding.Code.TRAILING_DATA,
                "image file goes",
                "image files go",
                " on after the image's end",
                "find out what the extra bytes are; Foldwise does not read them");
        audit.frames();
        audit.attributes();
        return audit.findings;
    }

    private void aspectRatios() {
        Distribution aspectRatios = Distribution.of(measured.measures().stream()
                .mapToDouble(ImageMeasures::aspectRatio)
                .toArray());
        if (aspectRatios.maximum() >= ASPECT_RATIOS_VARY_FROM * aspectRatios.minimum()) {
            findings.add(new Finding(
                    Finding.Code.ASPECT_RATIOS_VARY,
                    Finding.Severity.NOTICE,
                    String.format(
                            Locale.ROOT,
                            "width divided by height is between %.2f and %.2f",
                            aspectRatios.minimum(),
                            aspectRatios.maximum()),
                    List.of(
                            Finding.Figure.of("minimum", aspectRatios.minimum()),
                            Finding.Figure.of("maximum", aspectRatios.maximum())),
                    List.of(),
                    "keep the aspect 'letterbox': 'stretch' would change shapes from image to image"));
        }
    }

    private void sizes() {
        Map<String, ToDoubleFunction<ImageMeasures>> sizes = new LinkedHashMap<>();
        sizes.put("width", image -> Math.log(image.header().width()));
        sizes.put("height", image -> Math.log(image.header().height()));
        sizes.put("aspect ratio", image -> Math.log(image.aspectRatio()));
        Outliers.among(measured, sizes)
                .finding(
                        Finding.Code.OUTLYING_SIZES,
                        "look at them: they may show something else than the others, or a part of it")
                .ifPresent(findings::add);
    }

    private void files(
            Predicate<ImageMeasures> which,
            Finding.Code code,
            String one,
            String others,
            String what,
            String suggestion) {
        List<String> images = new ArrayList<>();
        // what a file says is told once, however many of its frames are images
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < measured.measures().size(); i++) {
            ImageRecord image = measured.cohort().images().get(i);
            if (which.test(measured.measures().get(i)) && seen.add(image.file())) {
                images.add(image.name());
            }
        }
        if (!images.isEmpty()) {
            findings.add(new Finding(
                    code,
                    Finding.Severity.WARNING,
                    Counted.of(images.size(), one, others) + what,
                    List.of(Finding.Figure.of("images", images.size())),
                    images,
                    suggestion));
        }
    }

    /** What else files show than the images that they are in the dataset. */
    private void frames() {
        Map<String, Integer> framesOf = new LinkedHashMap<>();
        List<String> firsts = new ArrayList<>();
        int images = 0;
        boolean isMiddleOnly = true;
        for (int i = 0; i < measured.measures().size(); i++) {
            ImageRecord image = measured.cohort().images().get(i);
            int frames = measured.measures().get(i).header().frames();
            if (frames > 1) {
                images++;
                isMiddleOnly &= image.frame() == null;
                if (framesOf.put(image.file(), frames) == null) {
                    firsts.add(image.name());
                }
            }
        }
        if (images == 0) {
            return;
        }
        int frames = framesOf.values().stream().mapToInt(Integer::intValue).sum();
        int unused = frames - images;
        String held = Counted.of(firsts.size(), "file holds ", "files hold ") + frames + " frames, slices or pages; ";
        findings.add(new Finding(
                Finding.Code.SEVERAL_FRAMES,
                Finding.Severity.WARNING,
                isMiddleOnly
                        ? held + "of each the one in the middle is used, and " + Counted.of(unused, "is", "are")
                                + " left out"
                        : held + Counted.of(images, "of them is an image", "of them are images")
                                + " of the dataset, and " + Counted.of(unused, "is", "are") + " left out",
                List.of(
                        Finding.Figure.of("images", images),
                        Finding.Figure.of("frames", frames),
                        Finding.Figure.of("unused", unused)),
                firsts,
                isMiddleOnly
                        ? "make sure that the one in the middle shows what the label says. Other frames are taken by a dataset that is"
                                + " made with 'frames'"
                        : "make sure that each of them shows what its label says: what a table or folder says of a file may not be seen"
                                + " on its first and last slices. Frames of a file are much alike and count as one patient's, however"
                                + " many they are"));
    }

    private void attributes() {
        for (Map.Entry<String, Function<ImageRecord, Optional<String>>> source :
                DatasetProfile.sources(measured).entrySet()) {
            Map<String, Integer> counts = new TreeMap<>();
            measured.cohort().images().forEach(image -> source.getValue()
                    .apply(image)
                    .ifPresent(value -> counts.merge(value, 1, Integer::sum)));
            if (counts.size() > 1 && counts.size() <= MOST_VALUES) {
                String values = counts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
                findings.add(new Finding(
                        Finding.Code.MIXED_ATTRIBUTE,
                        Finding.Severity.NOTICE,
                        "'" + source.getKey() + "' has " + counts.size() + " values, by number of images: " + values,
                        List.of(Finding.Figure.of("values", counts.size())),
                        List.of(),
                        "read results for each value apart, and see to it that none of them goes with one class"));
            }
        }
    }
}
