package org.foldwise.api;

import org.foldwise.registry.RegistryConfiguration;
import org.foldwise.registry.settings.SettingsCheck;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Serves the HTTP API. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@Import(RegistryConfiguration.class)
public class ApiService {

    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The service before its start, for whoever starts it inside another program. */
    public static SpringApplication application() {
        SpringApplication api = new SpringApplication(ApiService.class);
        api.addListeners(new SettingsCheck());
        return api;
    }
}
