package org.foldwise.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Asks every route that the service has, those of tomorrow included. */
@ApiTest
class RoutesIT {
    private static final Set<String> OPEN = Set.of("/openapi", "/openapi.yaml", "/openapi/swagger-config");
    private static final String SOME_ID = "01912d68-783e-7a51-8f2b-6a1d6f1f5a10";

    private final Http http;
    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, String path) {}

    RoutesIT(Http http, @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.http = http;
        for (RequestMappingInfo info : mapping.getHandlerMethods().keySet()) {
            Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
            for (String pattern : info.getPatternValues()) {
                if (!pattern.equals("/error")) {
                    assertThat(methods.isEmpty() && !OPEN.contains(pattern))
                            .as(pattern)
                            .isFalse();
                    methods.forEach(method -> routes.add(new Route(method.name(), path(pattern))));
                }
            }
        }
    }

    private static String path(String pattern) {
        return pattern.replace("{version}", "1").replaceAll("\\{[^}]*}", SOME_ID);
    }

    private List<Route> closedRoutes() {
        return routes.stream().filter(route -> !OPEN.contains(route.path())).toList();
    }

    @Test
    void everyRouteIsClosedToWhoShowsNoKey() {
        assertThat(closedRoutes()).hasSizeGreaterThan(35).allSatisfy(route -> {
            Answer answer = http.nobody().method(route.method(), route.path());
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
            assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:unauthenticated");
        });
    }

    @Test
    void everyRouteIsClosedToWhoShowsAKeyThatIsNotGood() {
        List<User> strangers = List.of(
                http.bearerOf("fw_aaaaaaaaaaaaaaaaaaaaaaaaaa_" + "A".repeat(43)),
                http.bearerOf("admin"),
                http.bearerOf("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."),
                http.bearerOf("f".repeat(10_000)));

        assertThat(closedRoutes()).allSatisfy(route -> assertThat(strangers).allSatisfy(stranger -> assertThat(
                        stranger.method(route.method(), route.path()).status())
                .isEqualTo(401)));
    }

    @Test
    void everyRouteIsClosedToARoleThatIsTooSmall() {
        User predictor = http.user(Role.PREDICTOR, null);
        User viewer = http.user(Role.VIEWER, null);

        assertThat(closedRoutes()).allSatisfy(route -> {
            boolean predicts = route.path().endsWith("/predict");
            Answer answer = (predicts ? viewer : predictor).method(route.method(), route.path());
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:forbidden");
        });
    }

    @Test
    void viewersOnlyRead() {
        User viewer = http.user(Role.VIEWER, null);

        assertThat(closedRoutes().stream().filter(route -> !route.method().equals("GET")))
                .isNotEmpty()
                .allSatisfy(route -> assertThat(
                                viewer.method(route.method(), route.path()).status())
                        .isEqualTo(403));
    }

    @Test
    void everyRouteHasARuleThatOpensItToAdmins() {
        assertThat(closedRoutes()).allSatisfy(route -> {
            // the stream of events of an unknown run ends with 404 as well
            Answer answer = http.admin().method(route.method(), route.path());
            assertThat(answer.status()).isNotIn(401, 403).isLessThan(500);
        });
    }

    @Test
    void pathsWithoutARuleAreClosedEvenToAdmins() {
        assertThat(http.admin().method("POST", "/api/v1/nothing").status()).isEqualTo(403);
        assertThat(http.admin().get("/actuator/env").status()).isEqualTo(403);
        assertThat(http.admin().get("/").status()).isEqualTo(403);
        assertThat(http.admin().method("DELETE", "/api/v1/datasets").status()).isEqualTo(403);
        assertThat(http.nobody().get("/swagger-ui/index.html").status()).isEqualTo(401);
    }

    @Test
    void answersCarryNoCookiesAndAreNotKept() {
        Answer answer = http.admin().get("/api/v1/projects");

        assertThat(answer.response().headers().allValues("Set-Cookie")).isEmpty();
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
        assertThat(answer.header("X-Request-Id").orElse("")).isNotEmpty();
    }
}
