package org.foldwise.api.jobs;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the parameter that gets the header of that name: a number, or null of who sees a stream for the first time. */
@Parameter(
        in = ParameterIn.HEADER,
        name = LastEventId.HEADER,
        description = "The id of the last event that was seen.",
        example = "17")
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface LastEventId {
    /** As browsers send it. */
    String HEADER = "Last-Event-ID";
}
