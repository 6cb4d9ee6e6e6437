package org.foldwise.registry.neighbourhood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.neighbourhood.FoundCase.FoundNeighbour;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class NeighbourhoodRequestsIT {
    private final Story story;
    private final NeighbourhoodRequests requests;
    private final Neighbourhoods neighbourhoods;
    private final NeighbourhoodCases cases;
    private final NeighbourhoodReporting reporting;
    private final JobQueue queue;
    private final JdbcClient database;

    NeighbourhoodRequestsIT(
            Story story,
            NeighbourhoodRequests requests,
            Neighbourhoods neighbourhoods,
            NeighbourhoodCases cases,
            NeighbourhoodReporting reporting,
            JobQueue queue,
            JdbcClient database) {
        this.story = story;
        this.requests = requests;
        this.neighbourhoods = neighbourhoods;
        this.cases = cases;
        this.reporting = reporting;
        this.queue = queue;
        this.database = database;
    }

    private Neighbourhood stored(Neighbourhood neighbourhood) {
        return neighbourhoods.findById(neighbourhood.id()).orElseThrow();
    }

    private void requireRefusal(String sql) {
        assertThatThrownBy(() -> database.sql(sql).update())
                .as(sql)
                .rootCause()
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refusal -> assertThat(refusal.getSQLState()).as(sql).isEqualTo("23001"));
    }

    /** Some images of any dataset: whose they are is the worker's affair. */
    private List<UUID> images() {
        return database.sql("select id from dataset_image order by id desc limit 4")
                .query(UUID.class)
                .list();
    }

    @Test
    void goesFromTheRequestToTheCasesAndStaysAsItIs() {
        Neighbourhood neighbourhood = story.neighbourhood();
        assertThat(queue.find(neighbourhood.id()).map(Job::kind)).contains(JobKind.NEIGHBOURHOOD);
        assertThat(neighbourhoods.findByEvaluationIdAndIdGreaterThanOrderById(
                        neighbourhood.evaluationId(), neighbourhood.evaluationId(), Limit.of(2)))
                .containsExactly(neighbourhood);
        List<UUID> images = images();
        String id = "'" + neighbourhood.id() + "'";
        String late = "insert into neighbourhood_case values (" + id + ", 7, '" + images.get(0)
                + "', '{ill}', 0, 0.5, null, null)";
        requireRefusal(late);
        FencingToken token = story.claim(neighbourhood.id());
        reporting.start(token);
        reporting.succeed(
                token,
                "{\"models\": []}",
                List.of(
                        new FoundCase(
                                images.get(0),
                                List.of("ill"),
                                0,
                                0.25,
                                null,
                                List.of(
                                        new FoundNeighbour(images.get(1), 0.1),
                                        new FoundNeighbour(images.get(2), 0.2))),
                        new FoundCase(
                                images.get(3),
                                List.of(),
                                1,
                                null,
                                1.0,
                                List.of(new FoundNeighbour(images.get(1), 0.3)))));

        assertThat(stored(neighbourhood).state()).isEqualTo(InquiryState.SUCCEEDED);
        assertThat(queue.find(neighbourhood.id()).map(Job::state)).contains(JobState.FINISHED);
        assertThat(neighbourhoods.findFirstByEvaluationIdAndStateOrderByIdDesc(
                        neighbourhood.evaluationId(), InquiryState.SUCCEEDED))
                .contains(neighbourhood);
        List<NeighbourhoodCase> found = cases.of(neighbourhood.id());
        assertThat(found).extracting(each -> each.image().id()).containsExactly(images.get(0), images.get(3));
        assertThat(found.get(0).nearestDistance()).isEqualTo(0.1);
        assertThat(found.get(0).fartherThanTraining()).isEqualTo(0.25);
        assertThat(found.get(0).fartherThanUnseen()).isNull();
        assertThat(found.get(0).called()).containsExactly("ill");
        assertThat(found.get(1).called()).isEmpty();
        assertThat(found.get(0).nearest())
                .extracting(neighbour -> neighbour.image().id())
                .containsExactly(images.get(1), images.get(2));
        assertThat(found.get(0).agreeingWithCalled()).isEqualTo((int) found.get(0).nearest().stream()
                .filter(neighbour -> neighbour.image().labels().equals(List.of("ill")))
                .count());

        requireRefusal(late);
        requireRefusal("update neighbourhood set report = '{}' where id = " + id);
        requireRefusal("delete from neighbourhood where id = " + id);
        requireRefusal("update neighbourhood_case set model = 3 where neighbourhood_id = " + id);
        requireRefusal("update neighbour set distance = 0 where neighbourhood_id = " + id);
        requireRefusal("delete from neighbour where neighbourhood_id = " + id);
        requireRefusal("delete from neighbourhood_case where neighbourhood_id = " + id);
        requireRefusal("truncate neighbour");
        requireRefusal("truncate neighbourhood_case cascade");
        requireRefusal("truncate neighbourhood cascade");
    }

    @Test
    void isOfTheCasesOfAnErrorReview() {
        Evaluation without = story.validated(story.trained());
        assertThatExceptionOfType(NeighbourhoodRefusedException.class)
                .isThrownBy(() -> requests.accept(without.id(), 5));
        requireRefusal("insert into neighbourhood (id, evaluation_id, neighbours, state, created_at, version)"
                + " values (gen_random_uuid(), '" + without.id() + "', 5, 'queued', now(), 0)");
        Evaluation reviewed = story.validated(story.trained(), "{\"worst\": []}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> requests.accept(reviewed.id(), 21))
                .withMessageContaining("1 to 20, was 21");
    }

    @Test
    void saysWhyItFailedAndCanBeCalledOff() {
        Neighbourhood failing = story.neighbourhood();
        FencingToken token = story.claim(failing.id());
        reporting.start(token);
        requireRefusal("update neighbourhood set neighbours = 6 where id = '" + failing.id() + "'");
        reporting.fail(token, "an image cannot be decoded");
        assertThat(stored(failing).failure()).isEqualTo("an image cannot be decoded");
        assertThat(cases.of(failing.id())).isEmpty();

        Neighbourhood waiting = story.neighbourhood();
        requests.cancel(waiting.id());
        assertThat(stored(waiting).state()).isEqualTo(InquiryState.CANCELLED);
    }
}
