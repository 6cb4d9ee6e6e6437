package org.foldwise.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import org.foldwise.client.ApiClient;
import org.foldwise.client.ApiException;
import org.junit.jupiter.api.Test;

class ServerProblemTest {
    @Test
    void listsEveryMistakeOfARefusal() {
        assertThat(
                        text(
                                """
                        {"type": "urn:foldwise:problem:invalid", "title": "The request is invalid", "status": 422,
                         "detail": "2 mistakes", "instance": "urn:x",
                         "errors": [{"pointer": "/name", "detail": "is missing"}, {"pointer": "/task", "detail": "is unknown"}]}
                        """))
                .isEqualTo(
                        """
                        The request is invalid: 2 mistakes
                            /name: is missing
                            /task: is unknown""");
    }

    @Test
    void saysHowManyMistakesItLeavesOut() {
        StringBuilder errors = new StringBuilder();
        for (int i = 0; i < 15; i++) {
            errors.append(i == 0 ? "" : ",")
                    .append("{\"pointer\": \"/")
                    .append(i)
                    .append("\", \"detail\": \"bad\"}");
        }

        assertThat(text("{\"title\": \"Refused\", \"status\": 422, \"errorCount\": 40, \"errors\": [" + errors + "]}"))
                .contains("/11: bad")
                .doesNotContain("/12: bad")
                .endsWith("and 28 more");
    }

    @Test
    void saysWhenNobodyAnswers() {
        assertThat(ServerProblem.text(
                        ApiClient.createDefaultObjectMapper(), new ApiException(new ConnectException("refused"))))
                .isEqualTo("the platform cannot be reached: refused");
        assertThat(ServerProblem.text(ApiClient.createDefaultObjectMapper(), new ApiException(new ConnectException())))
                .isEqualTo("the platform cannot be reached: java.net.ConnectException");
    }

    @Test
    void hasNothingToSayAboutAnAnswerThatIsNoProblem() {
        assertThat(text("<html>a proxy</html>")).isNull();
    }

    private static String text(String body) {
        return ServerProblem.text(ApiClient.createDefaultObjectMapper(), new ApiException("refused", 422, null, body));
    }
}
