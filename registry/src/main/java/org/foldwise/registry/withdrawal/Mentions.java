package org.foldwise.registry.withdrawal;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Where JSON documents and names of files speak of a patient or of an image of the patient. */
final class Mentions {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BORDER = "[^\\p{L}\\p{N}]";

    private Mentions() {}

    /** The findings of a dataset without the names of these images. */
    static String findings(String document, Set<String> images) {
        JsonNode findings = JSON.readTree(document);
        for (JsonNode finding : findings) {
            removeImages(finding, images);
            finding.path("groups").forEach(group -> removeImages(group, images));
        }
        return JSON.writeValueAsString(findings);
    }

    private static void removeImages(JsonNode document, Set<String> images) {
        if (document.path("images") instanceof ArrayNode named) {
            named.removeIf(name -> images.contains(name.asString("")));
        }
    }

    /** The cases to look at without those of these patients. The counts are those from before. */
    static String withoutCases(String review, Set<String> patients) {
        JsonNode document = JSON.readTree(review);
        cases(document).forEach(cases -> cases.removeIf(scored -> isOf(scored, patients)));
        return JSON.writeValueAsString(document);
    }

    /** Whether some of the cases to look at are of one of these patients. */
    static boolean hasCases(String review, Set<String> patients) {
        return cases(JSON.readTree(review))
                .flatMap(cases -> cases.values().stream())
                .anyMatch(scored -> isOf(scored, patients));
    }

    /** The lists of cases, of several classes or labels those of each as well. */
    private static Stream<ArrayNode> cases(JsonNode review) {
        Stream<JsonNode> ofClasses =
                review.at("/classes") instanceof ArrayNode classes ? classes.values().stream() : Stream.empty();
        return Stream.concat(Stream.of(review), ofClasses)
                .flatMap(part -> Stream.of("/worst", "/doubts/doubts").map(part::at))
                .filter(ArrayNode.class::isInstance)
                .map(ArrayNode.class::cast);
    }

    private static boolean isOf(JsonNode scored, Set<String> patients) {
        return patients.contains(scored.path("patient").asString(""));
    }

    /** Whether a text has one of these words, with anything but letters and digits around it. */
    static boolean speaksOf(String text, Collection<String> words) {
        return words.stream()
                .anyMatch(word -> Pattern.compile("(^|" + BORDER + ")" + Pattern.quote(word) + "($|" + BORDER + ")")
                        .matcher(text)
                        .find());
    }

    /** How a JSON document spells these words: as a whole string, or after the slash of a pointer. */
    static List<String> inJson(Collection<String> words) {
        return words.stream()
                .flatMap(word -> {
                    String quoted = JSON.writeValueAsString(word);
                    String pointer = word.replace("~", "~0").replace("/", "~1");
                    return Stream.of(quoted, JSON.writeValueAsString("/" + pointer));
                })
                .toList();
    }
}
