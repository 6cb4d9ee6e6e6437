package org.foldwise.api;

import org.foldwise.registry.RegistryConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Serves the HTTP API. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@Import(RegistryConfiguration.class)
public class ApiService {

    public static void main(String[] arguments) {
        SpringApplication.run(ApiService.class, arguments);
    }
}
