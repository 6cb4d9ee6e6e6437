package org.foldwise.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Http;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.Environment;

/** What container engines ask on the management port. */
@ApiTest
class HealthIT {
    private final Http http;
    private final URI management;

    HealthIT(Http http, Environment environment) {
        this.http = http;
        this.management = URI.create("http://127.0.0.1:" + environment.getRequiredProperty("local.management.port"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void tellsWithoutAKeyWhetherItLivesAndIsReady(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\":\"UP\"").doesNotContain("components", "details");
    }

    @Test
    void tellsNothingElseThere() throws IOException, InterruptedException {
        assertThat(ask("/actuator/env").statusCode()).isEqualTo(401);
        assertThat(ask("/api/v1/projects").statusCode()).isEqualTo(401);
    }

    @Test
    void keepsHealthOffThePortOfTheApi() {
        assertThat(http.nobody().get("/actuator/health").status()).isEqualTo(404);
    }

    private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(management.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
