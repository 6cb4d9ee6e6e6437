package org.foldwise.api.json;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.foldwise.learning.dataset.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * Marks a text that says why, and that is kept and printed: it must hold a letter that can be seen, as dots and characters without a
 * width say nothing. That it is not blank is asked elsewhere.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Reason.Check.class)
public @interface Reason {
    /** What is wrong with one that says nothing. */
    String message() default "must say why in words: it holds no letter that can be seen";

    /** Of no use here; Jakarta asks for it. */
    Class<?>[] groups() default {};

    /** Of no use here; Jakarta asks for it. */
    Class<? extends Payload>[] payload() default {};

    /** Looks for a letter. */
    final class Check implements ConstraintValidator<Reason, String> {
        @Override
        public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
            return text == null
                    || text.isBlank()
                    || Spelling.folded(text).codePoints().anyMatch(Character::isLetter);
        }
    }
}
