package org.foldwise.api.json;

import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;

/** Puts the strict reader in front of Jackson and teaches Jackson our spelling. */
@Configuration(proxyBeanMethods = false)
class JsonConfiguration implements WebMvcConfigurer {
    private final StrictJsonConverter strictJson;

    JsonConfiguration(StrictJsonConverter strictJson) {
        this.strictJson = strictJson;
    }

    @Bean
    static JsonMapperBuilderCustomizer wireSpelling() {
        return builder -> builder.annotationIntrospector(
                new AnnotationIntrospectorPair(new KindIntrospector(), builder.annotationIntrospector()));
    }

    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder converters) {
        converters.addCustomConverter(strictJson);
    }
}
