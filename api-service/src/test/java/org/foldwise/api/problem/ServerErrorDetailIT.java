package org.foldwise.api.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What PostgreSQL says of a refused row quotes its values; they must reach neither logs nor answers. */
@ApiTest
@ExtendWith(OutputCaptureExtension.class)
class ServerErrorDetailIT {
    private static final String PACKAGE = "org.foldwise.api.problem";

    private final LoggingSystem logs = LoggingSystem.get(ServerErrorDetailIT.class.getClassLoader());
    private final Http http;
    private final Chapters chapters;
    private final JdbcClient database;

    ServerErrorDetailIT(Http http, Chapters chapters, JdbcClient database) {
        this.http = http;
        this.chapters = chapters;
        this.database = database;
    }

    @Test
    void anExceptionNamesTheConstraintAndNoValue() {
        String name = chapters.freshName("Muster, Anna");
        String insert = "insert into project (id, name, created_at) values (gen_random_uuid(), ?, %s)";
        database.sql(insert.formatted("now()")).param(name).update();

        Throwable duplicate = catchThrowable(
                () -> database.sql(insert.formatted("now()")).param(name).update());
        Throwable incomplete = catchThrowable(
                () -> database.sql(insert.formatted("null")).param(name + "!").update());

        assertThat(duplicate).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(trace(duplicate)).contains("project_name_key").doesNotContain("Muster");
        assertThat(incomplete).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(trace(incomplete)).contains("created_at").doesNotContain("Muster");
    }

    @Test
    void neitherLogNorAnswerQuotesTheRowThatIsThereAlready(CapturedOutput log) {
        logs.setLogLevel(PACKAGE, LogLevel.INFO);
        String body = "{\"name\": \"%s\"}".formatted(chapters.freshName("Muster, Anna"));
        http.admin().post("/api/v1/projects", body);

        Answer refused = http.admin().post("/api/v1/projects", body);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).doesNotContain("Muster");
        assertThat(log.getAll()).contains("project_name_key").doesNotContain("Muster");
    }

    @AfterEach
    void logAsBefore() {
        logs.setLogLevel(PACKAGE, null);
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
