import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the figures of a demo on its default cohort: java .ci/CheckDemo.java FILE. Exit status 1 names what is wrong. */
class CheckDemo {
    private static final double LEAST_TEST_AUC = 0.90;
    private static final double LONGEST_SECONDS = 1500;

    private final String json;
    private final List<String> mistakes = new ArrayList<>();

    private CheckDemo(String json) {
        this.json = json;
    }

    public static void main(String[] arguments) throws Exception {
        CheckDemo check = new CheckDemo(Files.readString(Path.of(arguments[0])));
        check.all();
        if (!check.mistakes.isEmpty()) {
            check.mistakes.forEach(System.out::println);
            System.exit(1);
        }
    }

    private void all() {
        for (String key : List.of("dataset", "split", "crossValidation", "test", "model", "prediction", "seconds")) {
            require(json.contains("\"" + key + "\""), "key '" + key + "' is missing");
        }
        require(number("sharedPatients") == 0, "patients are on two sides of the split");
        double auc = number("test", "auc");
        require(auc >= LEAST_TEST_AUC && auc <= 1, "the test AUC is " + auc + ", expected " + LEAST_TEST_AUC + " or more");
        double mean = number("mean");
        require(mean >= 0.5 && mean <= 1, "the cross-validation's mean AUC is " + mean);
        double probability = number("probability");
        require(probability >= 0 && probability <= 1, "the prediction's probability is " + probability);
        for (String digest : List.of("digest", "sha256")) {
            require(
                    Pattern.compile("\"" + digest + "\"\\s*:\\s*\"[0-9a-f]{64}\"").matcher(json).find(),
                    "'" + digest + "' is no SHA-256");
        }
        double total = number("total");
        require(total > 0 && total < LONGEST_SECONDS, "the demo took " + total + " s");
        System.out.printf("test AUC %.3f, cross-validation %.3f, total %.0f s%n", auc, mean, total);
    }

    private void require(boolean holds, String mistake) {
        if (!holds) {
            mistakes.add(mistake);
        }
    }

    /** The first number of that name. */
    private double number(String key) {
        return number("", key);
    }

    /** The first number of that name after the object {@code parent} begins. */
    private double number(String parent, String key) {
        int from = parent.isEmpty() ? 0 : json.indexOf("\"" + parent + "\"");
        Matcher matcher = Pattern.compile("\"" + key + "\"\\s*:\\s*(-?[0-9.eE+-]+)").matcher(json);
        if (from < 0 || !matcher.find(from)) {
            mistakes.add("number '" + key + "' is missing");
            return Double.NaN;
        }
        return Double.parseDouble(matcher.group(1));
    }
}
