package org.foldwise.registry.artifacts;

import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ArtifactProperties.class)
class ArtifactsConfiguration {

    @Bean
    ArtifactStore artifactStore(ArtifactProperties properties) {
        return new DirectoryArtifactStore(properties.directory(), Clock.systemUTC());
    }
}
