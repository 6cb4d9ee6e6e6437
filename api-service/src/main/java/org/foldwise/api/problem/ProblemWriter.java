package org.foldwise.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where no controller is involved: in filters and in the security chain. */
@Component
public final class ProblemWriter {
    private final JsonMapper mapper;

    ProblemWriter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** Answers with that problem, unless an answer is on its way already. */
    public void write(HttpServletRequest request, HttpServletResponse response, ProblemType type, String detail)
            throws IOException {
        write(response, Problem.of(type, detail, RequestIdFilter.of(request)));
    }

    /** Answers with the problem of a refusal, unless an answer is on its way already. */
    public void write(HttpServletRequest request, HttpServletResponse response, RefusedException refusal)
            throws IOException {
        write(response, Problem.of(refusal, RequestIdFilter.of(request)));
    }

    private void write(HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(mapper.writeValueAsBytes(problem));
    }
}
