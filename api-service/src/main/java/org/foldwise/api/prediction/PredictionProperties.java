package org.foldwise.api.prediction;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How predictions use the machine.
 *
 * @param openModels how many model versions are kept in memory
 * @param threads of the engine inside one prediction
 * @param concurrent how many predictions are computed at once
 * @param patience how long a request waits for its turn before it is told to come back later
 */
@Validated
@ConfigurationProperties(prefix = "foldwise.prediction", ignoreUnknownFields = false)
record PredictionProperties(
        @DefaultValue("3") @Min(1) @Max(100) int openModels,
        @DefaultValue("1") @Min(1) @Max(64) int threads,
        @DefaultValue("2") @Min(1) @Max(256) int concurrent,
        @DefaultValue("5s") Duration patience) {}
