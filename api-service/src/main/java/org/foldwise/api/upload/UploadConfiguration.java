package org.foldwise.api.upload;

import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UploadProperties.class)
class UploadConfiguration {
    @Bean
    Scratch scratch(UploadProperties properties) {
        return new Scratch(
                properties.scratchDirectory(), properties.maximumArchiveSize().toBytes(), Clock.systemUTC());
    }

    @Bean
    Pseudonyms pseudonyms(UploadProperties properties) {
        return Pseudonyms.open(properties.pseudonymKeyFile(), new SecureRandom());
    }
}
