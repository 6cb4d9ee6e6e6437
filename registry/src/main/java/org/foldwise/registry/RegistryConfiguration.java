package org.foldwise.registry;

import java.security.SecureRandom;
import java.time.Clock;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.type.format.jackson.Jackson3JsonFormatMapper;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole registry for an application: {@code @Import} it beside Spring Boot's auto-configuration of data source, JPA and
 * Flyway. It scans this package and those below it and no others.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan
@EntityScan
@EnableJpaRepositories
public class RegistryConfiguration {

    @Bean
    SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Bean
    Ids ids(SecureRandom random) {
        return new UuidV7(Clock.systemUTC(), random);
    }

    /** Documents in jsonb columns are read and written by Jackson 3, whatever else lies on the class path. */
    @Bean
    HibernatePropertiesCustomizer jsonDocuments() {
        return properties -> properties.put(
                MappingSettings.JSON_FORMAT_MAPPER,
                new StoredDocuments(
                        new Jackson3JsonFormatMapper(JsonMapper.builder().build())));
    }
}
