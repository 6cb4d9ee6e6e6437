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
 * Marks a name by which people tell one thing from another: all of it must be seen. That it is not blank is asked elsewhere.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = SeenName.Check.class)
public @interface SeenName {
    /** What is wrong with one that is not seen. */
    String message() default "must not hold characters that nobody sees";

    /** Of no use here; Jakarta asks for it. */
    Class<?>[] groups() default {};

    /** Of no use here; Jakarta asks for it. */
    Class<? extends Payload>[] payload() default {};

    /** Looks for what is not seen. */
    final class Check implements ConstraintValidator<SeenName, String> {
        @Override
        public boolean isValid(@Nullable String name, ConstraintValidatorContext context) {
            return name == null || name.isBlank() || Spelling.isSeen(name);
        }
    }
}
