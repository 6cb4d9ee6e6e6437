package org.foldwise.api.upload;

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
}
