package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/**
 * Asks by what else than the disease the label could be guessed, whether the site can be seen, and whether the roles that a dataset came
 * with differ. Each question is one {@linkplain Probe probe}; the intervals' level is raised so that all of them together fail at most
 * once in 20 cohorts without any shortcut (Bonferroni), and an interval must clear not 0.5 but {@value #LEAST_LOWER_END}: with ten
 * thousand patients everything differs from everything a little. What says nothing of the content of images is a warning from an area of
 * {@value #WARNING_FROM_AUC}, which is a small effect in the sense of Cohen (1988, Statistical Power Analysis for the Behavioral
 * Sciences): two normal distributions 0.2 standard deviations apart.
 *
 * <p>Of few patients a model learns little, and its interval is wide. So where the label's share differs much among the values of an
 * attribute, or of another {@linkplain FeatureGroup#words knowledge of few words}, or between images that lack it and the others, that is
 * held against {@linkplain PatientExchange what luck would do}, which needs no model, and so are the ranks of a quantity. Of a class of fewer
 * than {@value Probe#FEWEST_PATIENTS} patients there is nothing else. All ways of asking share the question's part of the
 * level. What neither proves, but the exchange alone, as the only question, would prove, is a notice; what luck does more often than that is
 * not told. Where there are too many patients to exchange, shares that differ are a notice.
 *
 * <p>A folder is held against the others in the same ways, and its quantities by their ranks; only what is proved of it is told. What the
 * content of images tells of a folder is a warning where it is more than its classes could tell at best.
 */
final class ShortcutAudit {
    private static final double LEAST_LOWER_END = 0.52;
    private static final double WARNING_FROM_AUC = 0.556;
    /** Shares of a class that differ by as much among values of an attribute are worth a notice. */
    private static final double SHARES_DIFFER_FROM = 0.2;

    private static final double FALSE_ALARMS = 0.05;
    /** Of so many patients with a value its share of the class is looked at where exchanges tell whether that is luck. */
    private static final int FEWEST_WITH_A_VALUE = 5;
    /** Where nothing is seen of these, so many are enough, and of a class as well, with equal patients. */
    private static final int FEWEST_ALIKE = 2;
    /** Quantities of two kinds of images differ where in so many pairs, or as few the other way round, that of one is the larger. */
    private static final double RANKS_DIFFER_FROM = WARNING_FROM_AUC;
    /** What would be proved were it the only question is called a shortcut that is suspected. */
    private static final double SUSPECTED_BELOW = 0.05;
    /** With more patients an interval shows whatever differs by so much. */
    private static final int FEW_PATIENTS = 2000;
    /** More images make no probe clearer, only slower. */
    private static final int MOST_IMAGES = 20_000;
    /** Of the sites, those with most images are looked for. */
    private static final int MOST_SITES = 5;

    private final MeasuredCohort measured;
    private final List<FeatureGroup> groups;
    private final List<ImageRecord> images;
    private final CornerMarks marks;
    private final List<Question> questions = new ArrayList<>();

    private ShortcutAudit(MeasuredCohort measured) {
        this.measured = measured;
        int[] members = members(measured.cohort().images());
        this.groups = FeatureGroup.of(measured, members);
        List<ImageRecord> chosen = new ArrayList<>();
        List<ImageMeasures> theirs = new ArrayList<>();
        for (int member : members) {
            chosen.add(measured.cohort().images().get(member));
            theirs.add(measured.measures().get(member));
        }
        this.images = chosen;
        this.marks = new CornerMarks(theirs);
    }

    /** What is to be told of an image from a group of features. */
    private record Question(Target target, String value, FeatureGroup group, Predicate<ImageRecord> positive) {}

    /** That something is missing and luck would not have it so, and of which class and attribute that is. */
    private record Gap(String of, Finding finding) {}

    private enum Target {
        LABEL,
        SITE,
        ROLE
    }

    static List<Finding> of(MeasuredCohort measured) {
        ShortcutAudit audit = new ShortcutAudit(measured);
        audit.askForLabels();
        audit.askForSites();
        audit.askForRoles();
        return audit.answers();
    }

    /** All images of patients drawn at random until there are enough. */
    private static int[] members(List<ImageRecord> images) {
        Map<PatientId, List<Integer>> byPatient = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            byPatient
                    .computeIfAbsent(images.get(i).patient(), patient -> new ArrayList<>())
                    .add(i);
        }
        List<List<Integer>> patients = new ArrayList<>(byPatient.values());
        SplittableRandom random = new SplittableRandom(images.size());
        List<Integer> chosen = new ArrayList<>();
        for (int left = patients.size(); left > 0 && chosen.size() < MOST_IMAGES; left--) {
            int drawn = random.nextInt(left);
            chosen.addAll(patients.get(drawn));
            patients.set(drawn, patients.get(left - 1));
        }
        return chosen.stream().mapToInt(i -> i).sorted().toArray();
    }

    private void askForLabels() {
        List<String> classes = measured.cohort().classes();
        List<String> asked = measured.cohort().task() == Task.BINARY ? classes.subList(1, 2) : classes;
        for (String label : asked) {
            ask(Target.LABEL, label, image -> image.shows(label), groups);
        }
    }

    private void askForSites() {
        Map<String, Integer> counts = new HashMap<>();
        images.forEach(image -> {
            if (image.site() != null) {
                counts.merge(image.site(), 1, Integer::sum);
            }
        });
        if (counts.size() < 2) {
            return;
        }
        List<String> sites = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(counts.size() == 2 ? 1 : MOST_SITES)
                .map(Map.Entry::getKey)
                .toList();
        List<FeatureGroup> pictures = groups.stream()
                .filter(group -> List.of(
                                "border",
                                "cornerMarkers",
                                FeatureGroup.CORNER_RECTANGLES,
                                FeatureGroup.EDGE_MARKERS,
                                "corners",
                                "intensity",
                                "thumbnail")
                        .contains(group.name()))
                .toList();
        for (String site : sites) {
            ask(Target.SITE, site, image -> site.equals(image.site()), pictures);
        }
    }

    private void askForRoles() {
        for (Role role : measured.roles().counts().keySet()) {
            if (role != Role.TRAIN) {
                ask(
                        Target.ROLE,
                        role.name().toLowerCase(Locale.ROOT),
                        image -> measured.roles().of(image) == role,
                        groups);
            }
        }
    }

    private void ask(Target target, String value, Predicate<ImageRecord> positive, List<FeatureGroup> from) {
        from.forEach(group -> questions.add(new Question(target, value, group, positive)));
    }

    private List<Finding> answers() {
        double part = FALSE_ALARMS / Math.max(1, questions.size());
        List<Finding> findings = new ArrayList<>();
        List<Gap> unlucky = new ArrayList<>();
        List<Gap> unnamed = new ArrayList<>();
        Set<String> named = new HashSet<>();
        Map<String, Finding> tables = new HashMap<>();
        for (Question question : questions) {
            if (isOfContent(question)) {
                continue;
            }
            boolean exchanged = question.target() != Target.SITE;
            boolean ofWords = exchanged && question.group().words().isPresent();
            boolean ofRanks = exchanged && question.group().quantity().isPresent();
            Map<String, boolean[]> gaps =
                    exchanged && question.group().name().equals(FeatureGroup.MISSING_METADATA) ? gaps() : Map.of();
            double ofEach = part / (1 + (ofWords ? 1 : 0) + (ofRanks ? 1 : 0) + gaps.size());
            Optional<Probe> probe = Probe.of(images, question.group().features(), question.positive(), 1 - ofEach);
            if (probe.isPresent() && probe.get().interval().lower() >= LEAST_LOWER_END) {
                findings.add(finding(question, probe.get()));
                named.add(key(question, question.group().name()));
                // which of them it is that tells, is not said by that
                gaps.forEach((name, missing) -> missing(question, name, missing, ofEach)
                        .ifPresent(finding -> unnamed.add(new Gap(key(question, name), finding))));
                continue;
            }
            Optional<Finding> differing = Optional.empty();
            if (ofWords) {
                differing = question.target() == Target.ROLE
                        ? folderShares(question, question.group().words().get(), ofEach)
                        : shares(question, question.group().words().get(), probe, ofEach);
                differing.ifPresent(
                        finding -> tables.put(key(question, question.group().name()), finding));
            }
            if (ofRanks && !isGrave(differing)) {
                Optional<Finding> ranked =
                        ranks(question, question.group().quantity().get(), probe, ofEach);
                differing = isGrave(ranked) || differing.isEmpty() ? ranked : differing;
            }
            differing.ifPresent(findings::add);
            gaps.forEach((name, missing) -> missing(question, name, missing, ofEach)
                    .ifPresent(finding -> unlucky.add(new Gap(key(question, name), finding))));
        }
        unnamed.stream().filter(gap -> !named.contains(gap.of())).forEach(unlucky::add);
        unlucky.stream()
                .filter(gap -> !isTold(gap.finding(), tables.get(gap.of())))
                .forEach(gap -> findings.add(gap.finding()));
        findings.sort(Comparator.comparing(finding -> -finding.figures().get(0).value()));
        return findings;
    }

    /** Whether rectangles in the middle go with what is asked for as well. It counts as asked all the same, since the answer decides. */
    private boolean isOfContent(Question question) {
        return question.group().name().equals(FeatureGroup.CORNER_RECTANGLES)
                && !marks.doPatchesGoWith(i -> question.positive().test(images.get(i)));
    }

    private static String key(Question question, String attribute) {
        return question.target() + "\t" + question.value() + "\t" + attribute;
    }

    private static boolean isGrave(Optional<Finding> finding) {
        return finding.filter(one -> one.severity() == Finding.Severity.WARNING).isPresent();
    }

    /** A table of an attribute's values has those that lack one as well. */
    private static boolean isTold(Finding gap, @Nullable Finding table) {
        return table != null && table.code() == gap.code() && table.severity().compareTo(gap.severity()) >= 0;
    }

    /** Whether it says which value of an attribute an image has. */
    private boolean isAttribute(FeatureGroup group) {
        return DatasetProfile.sources(measured).containsKey(group.name());
    }

    /**
     * Whether the class has very different shares among images with different values of an attribute, or with different words of other
     * knowledge.
     *
     * @param words by image, empty where nothing is said
     * @param level that chance must stay below
     */
    private Optional<Finding> shares(Question question, List<String> words, Optional<Probe> probe, double level) {
        String name = question.group().name();
        Map<String, Set<PatientId>> patients = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Integer> positives = new TreeMap<>();
        for (int i = 0; i < words.size(); i++) {
            ImageRecord image = images.get(i);
            String known = inWords(words.get(i));
            patients.computeIfAbsent(known, one -> new HashSet<>()).add(image.patient());
            counts.merge(known, 1, Integer::sum);
            positives.merge(known, question.positive().test(image) ? 1 : 0, Integer::sum);
        }
        long everybody =
                patients.values().stream().flatMap(Set::stream).distinct().count();
        Map<String, Double> told = new TreeMap<>();
        int[] enough = everybody > FEW_PATIENTS
                ? new int[] {Probe.FEWEST_PATIENTS}
                : new int[] {FEWEST_WITH_A_VALUE, FEWEST_ALIKE};
        int tried = 0;
        for (; tried < enough.length && range(told) < SHARES_DIFFER_FROM; tried++) {
            int fewest = enough[tried];
            counts.forEach((value, count) -> {
                if (patients.getOrDefault(value, Set.of()).size() >= fewest) {
                    told.put(value, (double) positives.getOrDefault(value, 0) / count);
                }
            });
        }
        if (range(told) < SHARES_DIFFER_FROM) {
            return Optional.empty();
        }
        PatientExchange exchange = PatientExchange.of(images, FeatureGroup.indicators(words), question.positive());
        OptionalDouble chance = tried > 1 ? chance(exchange.ofEqualPatients(), level) : inBothWays(exchange, level);
        if (chance.isPresent() ? chance.getAsDouble() >= SUSPECTED_BELOW : !isAttribute(question.group())) {
            return Optional.empty();
        }
        List<Finding.Figure> figures = new ArrayList<>();
        figures.add(Finding.Figure.of("difference", range(told)));
        probe.ifPresent(one -> figures.add(auc(one)));
        String evidence = "the share of class '" + question.value() + "' differs among values of '" + name + "': "
                + told.entrySet().stream()
                        .map(value -> String.format(Locale.ROOT, "%s %.0f %%", value.getKey(), 100 * value.getValue()))
                        .collect(Collectors.joining(", "));
        chance.ifPresent(pValue -> figures.add(Finding.Figure.of("pValue", pValue)));
        figures.add(Finding.Figure.of("level", 1 - level));
        boolean proved = chance.isPresent() && chance.getAsDouble() < level;
        return Optional.of(new Finding(
                chance.isPresent() ? Finding.Code.SHORTCUT : Finding.Code.CLASS_SHARES_DIFFER,
                proved ? Finding.Severity.WARNING : Finding.Severity.NOTICE,
                evidence + "; " + inWords(probe) + inWords(chance, proved),
                figures,
                List.of(),
                "read results for each value apart, or collect images in which the two do not go together"));
    }

    private static double range(Map<String, Double> shares) {
        return shares.isEmpty() ? 0 : Collections.max(shares.values()) - Collections.min(shares.values());
    }

    private static String inWords(String word) {
        return word.isEmpty() ? "missing" : word;
    }

    /** Whether what is asked for, and the others, are of so many patients each. */
    private boolean areEnough(Question question, int patients) {
        Set<PatientId> inside = new HashSet<>();
        Set<PatientId> outside = new HashSet<>();
        images.forEach(image -> (question.positive().test(image) ? inside : outside).add(image.patient()));
        return Math.min(inside.size(), outside.size()) >= patients;
    }

    /**
     * Whether the images of a folder have other values than the others, and luck would not have it so.
     *
     * @param words by image, empty where nothing is said
     * @param level that chance must stay below
     */
    private Optional<Finding> folderShares(Question question, List<String> words, double level) {
        if (!areEnough(question, Probe.FEWEST_PATIENTS)) {
            return Optional.empty();
        }
        Map<String, int[]> counts = new TreeMap<>();
        int[] sides = new int[2];
        for (int i = 0; i < words.size(); i++) {
            int side = question.positive().test(images.get(i)) ? 0 : 1;
            counts.computeIfAbsent(inWords(words.get(i)), word -> new int[2])[side]++;
            sides[side]++;
        }
        double most = 0;
        List<String> told = new ArrayList<>();
        for (Map.Entry<String, int[]> entry : counts.entrySet()) {
            double inside = (double) entry.getValue()[0] / sides[0];
            double outside = (double) entry.getValue()[1] / sides[1];
            most = Math.max(most, Math.abs(inside - outside));
            told.add(String.format(Locale.ROOT, "%s %.0f %% (%.0f %%)", entry.getKey(), 100 * inside, 100 * outside));
        }
        if (most < SHARES_DIFFER_FROM) {
            return Optional.empty();
        }
        return folder(
                question,
                question.group().name(),
                "values, in brackets those of the others: " + String.join(", ", told),
                Finding.Figure.of("difference", most),
                chance(question, FeatureGroup.indicators(words), level),
                level);
    }

    /**
     * Whether the images of a class or a folder have more or less of a quantity than the others, and luck would not have it so.
     *
     * @param quantity by image, not a number where nothing is said
     * @param level that chance must stay below
     */
    private Optional<Finding> ranks(Question question, double[] quantity, Optional<Probe> probe, double level) {
        boolean ofFolder = question.target() == Target.ROLE;
        if (!areEnough(question, ofFolder ? Probe.FEWEST_PATIENTS : FEWEST_ALIKE)) {
            return Optional.empty();
        }
        double[] ranks = FeatureGroup.ranks(quantity);
        double[] sums = new double[2];
        int[] counts = new int[2];
        for (int i = 0; i < ranks.length; i++) {
            int side = question.positive().test(images.get(i)) ? 0 : 1;
            sums[side] += ranks[i];
            counts[side]++;
        }
        // the difference of mean ranks, as shares of all, is that of the area under the ROC curve from a half
        double larger = 0.5 + sums[0] / counts[0] - sums[1] / counts[1];
        double clearer = Math.max(larger, 1 - larger);
        if (clearer < RANKS_DIFFER_FROM) {
            return Optional.empty();
        }
        String what = ofFolder ? "folder" : "class";
        String how = String.format(
                Locale.ROOT,
                "of an image of the %s and one of the others, that of the %s has %s in %.0f %% of pairs",
                what,
                what,
                larger > 0.5 ? "more" : "less",
                100 * clearer);
        Finding.Figure figure = Finding.Figure.of("auc", clearer);
        PatientExchange exchange = PatientExchange.ofRanks(images, ranks, question.positive());
        PatientExchange asked = ofFolder ? exchange : exchange.ofEqualPatients();
        if (asked.surplus() > 0 != larger > 0.5) {
            // most images say one thing and most patients the other
            return Optional.empty();
        }
        OptionalDouble chance = chance(asked, level);
        return ofFolder
                ? folder(question, question.group().name(), how, figure, chance, level)
                : classRanks(question, how, figure, probe, chance, level);
    }

    /** That images of a class have more or less of a quantity than the others, where luck would seldom have it so. */
    private Optional<Finding> classRanks(
            Question question,
            String how,
            Finding.Figure figure,
            Optional<Probe> probe,
            OptionalDouble chance,
            double level) {
        if (chance.isEmpty() || chance.getAsDouble() >= SUSPECTED_BELOW) {
            return Optional.empty();
        }
        boolean proved = chance.getAsDouble() < level;
        return Optional.of(new Finding(
                Finding.Code.SHORTCUT,
                proved ? Finding.Severity.WARNING : Finding.Severity.NOTICE,
                "the images of class '" + question.value() + "' differ from the others in '"
                        + question.group().name() + "': " + how + "; " + inWords(probe) + inWords(chance, proved),
                List.of(
                        figure,
                        Finding.Figure.of("pValue", chance.getAsDouble()),
                        Finding.Figure.of("level", 1 - level)),
                List.of(),
                ofLabel(question.group())));
    }

    /** That a folder differs from the others, where that is proved. */
    private Optional<Finding> folder(
            Question question, String name, String how, Finding.Figure figure, OptionalDouble chance, double level) {
        if (chance.isEmpty() || chance.getAsDouble() >= level) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                Finding.Code.ROLES_DIFFER,
                Finding.Severity.WARNING,
                "the folder of the role '" + question.value() + "' differs from the others in '" + name + "': " + how
                        + "; " + inWords(chance, true),
                List.of(
                        figure,
                        Finding.Figure.of("pValue", chance.getAsDouble()),
                        Finding.Figure.of("level", 1 - level)),
                List.of(),
                "the folders hold different kinds of images: figures on one say little of the other"));
    }

    /** Of everything that is said of some images and of others not: which of them lack it. */
    private Map<String, boolean[]> gaps() {
        Map<String, boolean[]> gaps = new LinkedHashMap<>();
        DatasetProfile.sources(measured).forEach((name, value) -> {
            boolean[] missing = new boolean[images.size()];
            int count = 0;
            for (int i = 0; i < missing.length; i++) {
                missing[i] = value.apply(images.get(i)).isEmpty();
                count += missing[i] ? 1 : 0;
            }
            if (count > 0 && count < missing.length) {
                gaps.put(name, missing);
            }
        });
        return gaps;
    }

    /**
     * Whether the class has very different shares among images that lack what is said of others, and luck would not have it so.
     *
     * @param level that chance must stay below
     */
    private Optional<Finding> missing(Question question, String name, boolean[] missing, double level) {
        int[] counts = new int[2];
        int[] positives = new int[2];
        double[][] groups = new double[missing.length][2];
        for (int i = 0; i < missing.length; i++) {
            int group = missing[i] ? 0 : 1;
            groups[i][group] = 1;
            counts[group]++;
            positives[group] += question.positive().test(images.get(i)) ? 1 : 0;
        }
        if (question.target() == Target.ROLE) {
            return folderGap(question, name, groups, level);
        }
        double without = (double) positives[0] / counts[0];
        double with = (double) positives[1] / counts[1];
        if (Math.abs(without - with) < SHARES_DIFFER_FROM) {
            return Optional.empty();
        }
        OptionalDouble chance = inBothWays(PatientExchange.of(images, groups, question.positive()), level);
        if (chance.isEmpty() || chance.getAsDouble() >= SUSPECTED_BELOW) {
            return Optional.empty();
        }
        boolean proved = chance.getAsDouble() < level;
        return Optional.of(
                new Finding(
                        Finding.Code.SHORTCUT,
                        proved ? Finding.Severity.WARNING : Finding.Severity.NOTICE,
                        String.format(
                                        Locale.ROOT,
                                        "the share of class '%s' is %.0f %% where '%s' is missing and %.0f %% where it is not; ",
                                        question.value(),
                                        100 * without,
                                        name,
                                        100 * with)
                                + inWords(chance, proved),
                        List.of(
                                Finding.Figure.of("difference", Math.abs(without - with)),
                                Finding.Figure.of("pValue", chance.getAsDouble()),
                                Finding.Figure.of("level", 1 - level)),
                        List.of(),
                        "find out why it is missing: where the two classes come from different sources, these may differ in more than that"));
    }

    /** Whether more or less is missing of the images of a folder than of the others. */
    private Optional<Finding> folderGap(Question question, String name, double[][] groups, double level) {
        if (!areEnough(question, Probe.FEWEST_PATIENTS)) {
            return Optional.empty();
        }
        double[] missing = new double[2];
        int[] sides = new int[2];
        for (int i = 0; i < groups.length; i++) {
            int side = question.positive().test(images.get(i)) ? 0 : 1;
            missing[side] += groups[i][0];
            sides[side]++;
        }
        double inside = missing[0] / sides[0];
        double outside = missing[1] / sides[1];
        if (Math.abs(inside - outside) < SHARES_DIFFER_FROM) {
            return Optional.empty();
        }
        return folder(
                question,
                name,
                String.format(
                        Locale.ROOT,
                        "it is missing for %.0f %% of its images and %.0f %% of the others",
                        100 * inside,
                        100 * outside),
                Finding.Figure.of("difference", Math.abs(inside - outside)),
                chance(question, groups, level),
                level);
    }

    /** How often luck alone would spread the class, or the folder, as unevenly; unknown for many patients. */
    private OptionalDouble chance(Question question, double[][] groups, double level) {
        return chance(PatientExchange.of(images, groups, question.positive()), level);
    }

    /**
     * With their images, and what that would prove as equals as well, whichever luck does more often: what few patients have with most of the images
     * nobody else can take over.
     */
    private static OptionalDouble inBothWays(PatientExchange exchange, double level) {
        OptionalDouble withImages = chance(exchange, level);
        return withImages.isPresent() && withImages.getAsDouble() < level
                ? OptionalDouble.of(Math.max(
                        withImages.getAsDouble(), exchange.ofEqualPatients().pValue(level)))
                : withImages;
    }

    private static OptionalDouble chance(PatientExchange exchange, double level) {
        return exchange.patients() > FEW_PATIENTS ? OptionalDouble.empty() : OptionalDouble.of(exchange.pValue(level));
    }

    private static String inWords(Optional<Probe> probe) {
        return probe.map(one -> String.format(
                        Locale.ROOT,
                        "over patients who were not learnt from, a ROC AUC of %.3f (%.3f to %.3f), ",
                        one.auc(),
                        one.interval().lower(),
                        one.interval().upper()))
                .orElse("");
    }

    private String inWords(OptionalDouble chance, boolean proved) {
        if (chance.isEmpty()) {
            return "which may be chance";
        }
        String often = chance.getAsDouble() < 0.001
                ? "less than 1 in 1000"
                : String.format(Locale.ROOT, "%.1f %%", 100 * chance.getAsDouble());
        String told = "and " + often + " of random exchanges of patients differ as much";
        return proved
                ? told
                : told + "; were this the only question, that would prove it, but " + questions.size()
                        + " were asked of the images";
    }

    private static Finding.Figure auc(Probe probe) {
        return new Finding.Figure(
                "auc", probe.auc(), probe.interval().lower(), probe.interval().upper());
    }

    /**
     * How well labels alone tell images from others, as an area under the ROC curve: no content that only depends on them tells more. Counted
     * on the images themselves, so that with many labels it is rather too large.
     */
    private double areaOfLabels(Predicate<ImageRecord> positive) {
        Map<Set<String>, int[]> counts = new HashMap<>();
        int[] sides = new int[2];
        for (ImageRecord image : images) {
            int side = positive.test(image) ? 0 : 1;
            counts.computeIfAbsent(Set.copyOf(image.labels()), labels -> new int[2])[side]++;
            sides[side]++;
        }
        List<int[]> likelier = counts.values().stream()
                .sorted(Comparator.comparing(count -> -(double) count[0] / (count[0] + count[1])))
                .toList();
        double pairs = 0;
        double below = sides[1];
        for (int[] count : likelier) {
            below -= count[1];
            pairs += count[0] * (below + count[1] / 2.0);
        }
        return pairs / sides[0] / sides[1];
    }

    /** What is to be done where a label can be told from it. */
    private static String ofLabel(FeatureGroup group) {
        if (group.kind() == FeatureGroup.Kind.OUTSIDE) {
            return "a network may learn this in place of the disease: read its figures for each value apart, or"
                    + " collect images in which the two do not go together";
        }
        return group.name().equals(FeatureGroup.EDGE_MARKERS)
                ? "look at images of either class: letters at an edge may be learnt in place of the disease, and bones and tubes"
                        + " look like them"
                : "this may be the disease itself; a network must do better than that to be worth its while";
    }

    private Finding finding(Question question, Probe probe) {
        boolean grave = probe.auc() >= WARNING_FROM_AUC
                && (question.group().kind() == FeatureGroup.Kind.OUTSIDE
                        || (question.target() == Target.ROLE
                                && probe.interval().lower() > areaOfLabels(question.positive())));
        String told =
                switch (question.target()) {
                    case LABEL -> "class '" + question.value() + "'";
                    case SITE -> "site '" + question.value() + "'";
                    case ROLE -> "the folder of the role '" + question.value() + "'";
                };
        String evidence = String.format(
                Locale.ROOT,
                "%s can be told from '%s' alone with a ROC AUC of %.3f (%.3f to %.3f), over patients who were not learnt from",
                told,
                question.group().name(),
                probe.auc(),
                probe.interval().lower(),
                probe.interval().upper());
        List<Finding.Figure> figures = List.of(
                auc(probe),
                Finding.Figure.of("level", probe.interval().level()),
                Finding.Figure.of("images", images.size()));
        return switch (question.target()) {
            case LABEL ->
                new Finding(
                        Finding.Code.SHORTCUT,
                        grave ? Finding.Severity.WARNING : Finding.Severity.NOTICE,
                        evidence,
                        figures,
                        List.of(),
                        ofLabel(question.group()));
            case SITE ->
                new Finding(
                        Finding.Code.SITE_RECOGNISABLE,
                        Finding.Severity.NOTICE,
                        evidence,
                        figures,
                        List.of(),
                        "where sites have other shares of the classes, a network may guess the class from the site: leave whole"
                                + " sites out to test it");
            case ROLE ->
                new Finding(
                        Finding.Code.ROLES_DIFFER,
                        grave ? Finding.Severity.WARNING : Finding.Severity.NOTICE,
                        evidence,
                        figures,
                        List.of(),
                        "the folders hold different kinds of images: figures on one say little of the other");
        };
    }
}
