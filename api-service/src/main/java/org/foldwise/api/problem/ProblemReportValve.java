package org.foldwise.api.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/**
 * Answers what Tomcat refuses before any of our code runs, such as a request line that is not HTTP, with a problem instead of
 * an HTML page. Tomcat makes it by its class name, so nothing is injected and the JSON, which needs no escaping, is spelt out.
 */
public final class ProblemReportValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        RefusedException refusal = ProblemAdvice.ofStatus(HttpStatusCode.valueOf(response.getStatus()));
        String body =
                """
                {"type":"%s","title":"%s","status":%d,"detail":"%s","instance":"urn:foldwise:request:unknown"}"""
                        .formatted(
                                refusal.type().urn(),
                                refusal.type().title(),
                                response.getStatus(),
                                refusal.getMessage());
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            response.finishResponse();
        } catch (IOException e) {
            container.getLogger().debug("the client has gone", e);
        }
    }
}
