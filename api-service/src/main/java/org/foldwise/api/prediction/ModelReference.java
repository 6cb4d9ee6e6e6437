package org.foldwise.api.prediction;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A model as a request names it: {@code name}, {@code name@alias} or {@code name:3}.
 *
 * @param alias absent unless given
 * @param version absent unless given
 */
record ModelReference(String name, @Nullable String alias, @Nullable Integer version) {
    private static final Pattern FORM =
            Pattern.compile("([a-z0-9][a-z0-9._-]{0,99})(?:@([a-z][a-z0-9-]{0,49})|:([1-9][0-9]{0,8}))?");

    static ModelReference parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw RefusedException.invalid("/model", "must be name, name@alias or name:version");
        }
        String number = parts.group(3);
        return new ModelReference(parts.group(1), parts.group(2), number == null ? null : Integer.valueOf(number));
    }
}
