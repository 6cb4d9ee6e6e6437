package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

class DatabaseSettingsTest {
    /** PostgreSQL's details of a refused row quote its values, which may be a patient's; and a silent connection must not hold a lease. */
    @Test
    void theDriverIsToldToKeepRowsToItselfAndNotToWaitForEver() throws IOException {
        Map<String, String> driver = new Binder(ConfigurationPropertySources.from(
                        new YamlPropertySourceLoader().load("worker", new ClassPathResource("worker.yaml"))))
                .bind("spring.datasource.hikari.data-source-properties", Bindable.mapOf(String.class, String.class))
                .get();

        assertThat(driver)
                .containsEntry("logServerErrorDetail", "false")
                .containsEntry("socketTimeout", "10")
                .containsEntry("connectTimeout", "5");
    }
}
