package org.foldwise.standalone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The images' recipes, as far as they can be read without a Docker engine. */
class DockerfileTest {
    private static final String API = "docker/api.Dockerfile";
    private static final String WORKER = "docker/worker.Dockerfile";

    @ParameterizedTest
    @ValueSource(strings = {API, WORKER})
    void keepsEveryRule(String file) {
        assertThat(Dockerfile.parse(ProjectFiles.text(file)).violations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {API, WORKER})
    void copiesEveryModuleThatMavenWantsToSee(String file) {
        List<String> modules = groups("<module>(.+?)</module>", ProjectFiles.text("pom.xml"));
        List<String> copied = groups("(?m)^COPY ([a-z-]+)(?:/pom\\.xml)? ", ProjectFiles.text(file));

        assertThat(modules).isNotEmpty();
        assertThat(copied).containsAll(modules);
    }

    @ParameterizedTest
    @CsvSource({API + ", api-service", WORKER + ", training-worker"})
    void takesTheExecutableJarThatTheModuleMakes(String file, String module) {
        String pom = ProjectFiles.text(module + "/pom.xml");
        String artifact =
                groups("(?s)</parent>.*?<artifactId>(.+?)</artifactId>", pom).get(0);
        String version = groups("<version>(.+?)</version>", pom).get(0);

        assertThat(ProjectFiles.text(file))
                .contains("-pl " + module + " -am")
                .contains("-jar " + module + "/target/" + artifact + "-" + version + "-exec.jar");
        assertThat(pom).contains("spring-boot-maven-plugin").contains("<classifier>exec</classifier>");
    }

    @Test
    void bothImagesAreBuiltOnTheSameBase() {
        assertThat(groups("(?m)^FROM (.*)$", ProjectFiles.text(API)))
                .isEqualTo(groups("(?m)^FROM (.*)$", ProjectFiles.text(WORKER)));
    }

    @Test
    void theApiListensWhereItsImageSays() {
        Dockerfile api = Dockerfile.parse(ProjectFiles.text(API));

        assertThat(api.exposedPorts())
                .containsExactly(
                        api.environment().get("SERVER_PORT"), api.environment().get("MANAGEMENT_SERVER_PORT"));
        assertThat(api.environment()).containsEntry("SERVER_ADDRESS", "0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            USER 10001:10001                               | USER root
            USER 10001:10001                               | USER foldwise
            FROM eclipse-temurin:17.0.16_8-jre-jammy       | FROM eclipse-temurin:latest
            FROM eclipse-temurin:17.0.16_8-jre-jammy       | FROM eclipse-temurin
            COPY learning learning                         | COPY teaching teaching
            COPY learning learning                         | COPY shared shared
            COPY --from=build /djl djl                     | COPY --from=builder /djl djl
            COPY --from=build /djl djl                     | ADD https://example.org/djl.zip djl
            EXPOSE 8080 8081                               | EXPOSE 80 8081
            ENTRYPOINT ["java",                            | ENTRYPOINT java,
            DJL_CACHE_DIR=                                 | DATABASE_PASSWORD=
            """)
    void findsAPlantedMistake(String text, String replacement) {
        String file = ProjectFiles.text(API);
        int at = file.lastIndexOf(text);
        assertThat(at).as("the text to replace").isNotNegative();

        String planted = file.substring(0, at) + replacement + file.substring(at + text.length());

        assertThat(Dockerfile.parse(planted).violations()).isNotEmpty();
    }

    private static List<String> groups(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.results().map((MatchResult result) -> result.group(1)).toList();
    }
}
