package org.foldwise.api.upkeep;

import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.foldwise.registry.upkeep.ArtifactSweep;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Lets the upkeep run every hour. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class UpkeepConfiguration {
    @Bean
    Upkeep upkeep(ArtifactSweep artifacts, IdempotencyRecords idempotency) {
        return new Upkeep(artifacts, idempotency);
    }
}
