package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the operator of a platform says of weights that nobody has published by a name known here, such as a radiology group's: a
 * small document beside the file.
 *
 * @param backbone whose weights they are
 * @param file what the file is called, without a folder
 * @param sha256 of the file, in lower-case hexadecimal digits
 * @param mapping what tensors are called in the file where that is not torchvision's name; absent where all are
 * @param ignoreUnexpected whether tensors that the backbone does not have are passed over; absent: they are refused
 * @param listedIn where whoever fetches it finds the file, in words; absent where nobody has said
 */
public record WeightSetSpec(
        BackboneName backbone,
        String file,
        String sha256,
        @Nullable List<Renaming> mapping,
        @Nullable Boolean ignoreUnexpected,
        @Nullable String listedIn) {
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int MOST_WORDS = 500;

    /**
     * Names that begin in one way begin in another.
     *
     * @param from with what names in the file begin
     * @param to with what torchvision's begin
     */
    public record Renaming(String from, String to) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,200}");

        public Renaming {
            if (from.isEmpty() || !NAME.matcher(from).matches()) {
                throw new IllegalArgumentException(
                        "mapping.from must be 1 to 200 letters, digits, dots, dashes and underscores, was '" + from
                                + "'");
            }
            if (!NAME.matcher(to).matches()) {
                throw new IllegalArgumentException(
                        "mapping.to must be at most 200 letters, digits, dots, dashes and underscores, was '" + to
                                + "'");
            }
        }
    }

    public WeightSetSpec {
        if (!FILE.matcher(file).matches()) {
            throw new IllegalArgumentException(
                    "file must be 1 to 200 letters, digits, dots, dashes and underscores that"
                            + " begin with a letter or digit, was '" + file + "'");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256 must be 64 lower-case hexadecimal digits, was '" + sha256 + "'");
        }
        if (mapping != null) {
            mapping = List.copyOf(mapping);
            Set<String> begins = new HashSet<>();
            List<String> twice = new ArrayList<>();
            mapping.stream()
                    .map(Renaming::from)
                    .filter(from -> !begins.add(from))
                    .forEach(twice::add);
            if (!twice.isEmpty()) {
                throw new IllegalArgumentException("mapping must name each beginning once, names again " + twice);
            }
        }
        if (listedIn != null && (listedIn.isBlank() || listedIn.length() > MOST_WORDS)) {
            throw new IllegalArgumentException("listedIn must be 1 to " + MOST_WORDS + " characters, not all blank");
        }
    }
}
