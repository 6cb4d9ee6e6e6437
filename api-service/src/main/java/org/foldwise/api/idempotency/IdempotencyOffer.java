package org.foldwise.api.idempotency;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an operation that takes an {@code Idempotency-Key}: every POST that creates or starts something from a JSON body. Not
 * predictions and manifests, whose bodies are large and whose repetition does no harm, and not API keys, whose answer holds a
 * secret that must not be stored.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface IdempotencyOffer {}
