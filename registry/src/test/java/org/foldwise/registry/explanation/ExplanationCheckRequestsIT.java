package org.foldwise.registry.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.UUID;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class ExplanationCheckRequestsIT {
    private final Story story;
    private final ExplanationCheckRequests requests;
    private final ExplanationChecks checks;
    private final ExplanationCheckReporting reporting;
    private final JobQueue queue;
    private final JdbcClient database;

    ExplanationCheckRequestsIT(
            Story story,
            ExplanationCheckRequests requests,
            ExplanationChecks checks,
            ExplanationCheckReporting reporting,
            JobQueue queue,
            JdbcClient database) {
        this.story = story;
        this.requests = requests;
        this.checks = checks;
        this.reporting = reporting;
        this.queue = queue;
        this.database = database;
    }

    private ExplanationCheck stored(ExplanationCheck check) {
        return checks.findById(check.id()).orElseThrow();
    }

    private void requireRefusal(String sql) {
        assertThatThrownBy(() -> database.sql(sql).update())
                .as(sql)
                .rootCause()
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refusal -> assertThat(refusal.getSQLState()).as(sql).isEqualTo("23001"));
    }

    @Test
    void goesFromTheRequestToTheReportAndStaysAsItIs() {
        UUID evaluation = story.explanationCheck().evaluationId();
        HeatRegion region = new HeatRegion(0.1, 0.2, 0.9, 0.8);
        ExplanationCheck check = requests.accept(evaluation, 12, null, region);
        assertThat(queue.find(check.id()).map(Job::kind)).contains(JobKind.EXPLANATION_CHECK);
        assertThat(stored(check).region()).isEqualTo(region);
        assertThat(stored(check).images()).isEqualTo(12);
        assertThat(checks.findByEvaluationIdAndIdGreaterThanOrderById(evaluation, evaluation, Limit.of(5)))
                .hasSize(2)
                .allSatisfy(listed -> assertThat(listed.explainedClass()).isNull());
        String id = "'" + check.id() + "'";
        FencingToken token = story.claim(check.id());
        reporting.start(token);
        // as another worker does where the first was killed
        reporting.start(token);
        requireRefusal("update explanation_check set images = 13 where id = " + id);
        requireRefusal("update explanation_check set region_left = 0.3 where id = " + id);

        reporting.succeed(token, "{\"images\": 12}");

        assertThat(stored(check).state()).isEqualTo(InquiryState.SUCCEEDED);
        assertThat(queue.find(check.id()).map(Job::state)).contains(JobState.FINISHED);
        assertThat(checks.findFirstByEvaluationIdAndStateOrderByIdDesc(evaluation, InquiryState.SUCCEEDED))
                .contains(check);
        requireRefusal("update explanation_check set report = '{}' where id = " + id);
        requireRefusal("delete from explanation_check where id = " + id);
        requireRefusal("truncate explanation_check");
    }

    @Test
    void isOfWhatAnEvaluationHasJudged() {
        UUID evaluation = story.explanationCheck().evaluationId();
        assertThatExceptionOfType(ExplanationCheckRefusedException.class)
                .isThrownBy(() -> requests.accept(evaluation, 12, "neither", null))
                .withMessageContaining("explainedClass must be one of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> requests.accept(evaluation, 201, null, null))
                .withMessageContaining("4 to 200, was 201");
        assertThatIllegalArgumentException().isThrownBy(() -> new HeatRegion(0.5, 0, 0.4, 1));
    }

    @Test
    void saysWhyItFailedAndCanBeCalledOff() {
        ExplanationCheck failing = story.explanationCheck();
        assertThat(stored(failing).region()).isNull();
        FencingToken token = story.claim(failing.id());
        reporting.start(token);
        reporting.fail(token, "an image cannot be decoded");
        assertThat(stored(failing).failure()).isEqualTo("an image cannot be decoded");

        ExplanationCheck waiting = story.explanationCheck();
        requests.cancel(waiting.id());
        assertThat(stored(waiting).state()).isEqualTo(InquiryState.CANCELLED);
    }
}
