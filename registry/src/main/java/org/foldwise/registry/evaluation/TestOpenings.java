package org.foldwise.registry.evaluation;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.RecordTamperedException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Every opening of a test subset, counted for ever: by patient, whatever split locked them away. */
@Component
public class TestOpenings {
    /** Of every opening of patients whom :split locks away how many of them it has scored. */
    private static final String TOUCHING =
            """
            select o.id, count(distinct k.own) as shared, array_agg(distinct k.own) as own
            from known_in_project(:split, '{test}') k
            join patient_split s on s.dataset_id = k.dataset_id
            join test_opening o on o.split_id = s.id
            join fold_member m on m.split_id = s.id and m.fold = -1 and m.role = 'test' and m.patient = k.patient
            group by o.id
            """;

    /** What has read patients whom :split locks away, without their being locked from it: one row for each reader and patient. */
    private static final String READING =
            """
            select e.id as reader, k.own
            from known_in_project(:split, '{test}') k
            join patient_split s on s.dataset_id = k.dataset_id and s.outer_split_id is null
            join fold_member m on m.split_id = s.id and m.fold = -1 and m.role not in ('test', 'dropped')
                and m.patient = k.patient
            join experiment e on e.split_id = s.id
            where exists (select from run r where r.experiment_id = e.id and r.started_at is not null)
            union
            select v.id, k.own
            from known_in_project(:split, '{test}') k
            join evaluation v on v.dataset_id = k.dataset_id and v.subset = 'external' and v.state <> 'failed'
            join run r on r.id = v.run_id
            join experiment e on e.id = r.experiment_id
            join patient_split s on s.id = e.split_id
            where v.shared_patients <> 'exclude' or not exists (
                select from dataset_image t where t.dataset_id = s.dataset_id and t.patient = k.patient)
            """;

    /** Patients whom :split locks away of whom model versions of the project have answered an image: recorded answers name its content. */
    private static final String ANSWERED =
            """
            select distinct m.patient
            from patient_split s
            join dataset d on d.id = s.dataset_id
            join fold_member m on m.split_id = s.id and m.fold = -1 and m.role = 'test'
            join dataset_image i on i.dataset_id = s.dataset_id and i.patient = m.patient
            join prediction p on p.input_digest = i.digest
            join model_version v on v.id = p.model_version_id
            join model o on o.id = v.model_id and o.project_id = d.project_id
            where s.id = :split
            """;

    private final JdbcClient database;
    private final Ids ids;

    TestOpenings(JdbcClient database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /**
     * All openings that have scored patients whom a split locks away, under that split or another one of the project, in their order.
     * Openings of the split itself are among them even where all its patients were withdrawn since.
     *
     * @throws RecordTamperedException if one of them is not what was counted, or one of the split is not counted any more
     */
    public List<TouchingOpening> touching(UUID split) {
        requireAllCounted(split, null);
        return database.sql(
                        "with touching as (" + TOUCHING
                                + """
                        )
                        select o.*, coalesce(t.shared, 0) as shared from test_opening o left join touching t on t.id = o.id
                        where t.id is not null or o.split_id = :split
                        order by o.opened_at, o.number, o.id
                        """)
                .param("split", split)
                .query((row, number) -> new TouchingOpening(bound(row, number), row.getInt("shared")))
                .list();
    }

    /**
     * The opening that an evaluation was; empty if it was none.
     *
     * @throws RecordTamperedException if it is not what was counted
     */
    public Optional<TestOpening> ofEvaluation(UUID evaluation) {
        return database.sql("select * from test_opening where evaluation_id = ?")
                .param(evaluation)
                .query(TestOpenings::bound)
                .optional();
    }

    /**
     * Counts one more. The lock on the project lets openings through one after the other, so that each sees all that were before it, under
     * whatever split.
     */
    void open(UUID split, UUID evaluation, List<NamedMetric> metrics, String reason, String openedBy) {
        database.sql(
                        """
                        select p.id from project p join dataset d on d.project_id = p.id
                        join patient_split s on s.dataset_id = d.id where s.id = ? for no key update of p
                        """)
                .param(split)
                .query(UUID.class)
                .single();
        requireAllCounted(split, evaluation);
        UUID id = ids.next();
        TestOpening opening = database.sql(
                        "with touching as materialized (" + TOUCHING + "), reading as materialized (" + READING
                                + "), answered as materialized (" + ANSWERED
                                + """
                        )
                        select cast(:id as uuid) as id, cast(:split as uuid) as split_id, cast(:evaluation as uuid) as evaluation_id,
                            greatest((select count(*) from touching),
                                (select coalesce(max(number), 0) from test_opening where split_id = :split)) + 1 as number,
                            cast(:metrics as text[]) as metrics,
                            (select count(*) from fold_member where split_id = :split and fold = -1 and role = 'test') as patients,
                            (select count(distinct p.patient) from touching t cross join unnest(t.own) as p (patient))
                                as opened_before,
                            (select count(distinct own) from reading) as read_before,
                            (select coalesce(array_agg(distinct reader order by reader), '{}') from reading) as read_by,
                            cast((select count(*) from answered) as int) as answered_before,
                            cast(:reason as text) as reason, cast(:openedBy as text) as opened_by, clock_timestamp() as opened_at
                        """)
                .param("id", id)
                .param("split", split)
                .param("evaluation", evaluation)
                .param("metrics", column(metrics))
                .param("reason", reason)
                .param("openedBy", openedBy)
                .query(TestOpenings::opening)
                .single();
        TestOpening.Past past = Objects.requireNonNull(opening.past());
        database.sql(
                        """
                        insert into test_opening (id, split_id, evaluation_id, number, metrics, patients, opened_before, read_before,
                            read_by, answered_before, reason, opened_by, opened_at, record_digest)
                        values (:id, :split, :evaluation, :number, cast(:metrics as text[]), :patients, :openedBefore, :readBefore,
                            cast(:readBy as uuid[]), :answeredBefore, :reason, :openedBy, :openedAt, :record)
                        """)
                .param("id", id)
                .param("split", split)
                .param("evaluation", evaluation)
                .param("number", opening.number())
                .param("metrics", column(metrics))
                .param("patients", past.patients())
                .param("openedBefore", past.openedBefore())
                .param("readBefore", past.readBefore())
                .param("readBy", past.readBy().stream().map(UUID::toString).toArray(String[]::new))
                .param("answeredBefore", past.answeredBefore())
                .param("reason", reason)
                .param("openedBy", openedBy)
                .param("openedAt", opening.openedAt().atOffset(ZoneOffset.UTC))
                .param("record", binding(opening).hex())
                .update();
    }

    private static String[] column(List<NamedMetric> metrics) {
        return metrics.stream().map(LowerCamelCase::of).toArray(String[]::new);
    }

    /** Whoever deletes an opening leaves the evaluation that it was; that of {@code next} is about to be counted. */
    private void requireAllCounted(UUID split, @Nullable UUID next) {
        database.sql(
                        """
                        select v.id from evaluation v join run r on r.id = v.run_id join experiment e on e.id = r.experiment_id
                        where e.split_id = :split and v.subset = 'test' and v.id is distinct from :next
                            and not exists (select from test_opening o where o.evaluation_id = v.id)
                        order by v.id limit 1
                        """)
                .param("split", split)
                .param("next", next, Types.OTHER)
                .query(UUID.class)
                .optional()
                .ifPresent(evaluation -> {
                    throw new RecordTamperedException(
                            "Split " + split,
                            "evaluation " + evaluation
                                    + " is of its locked test subset, and its opening is not among those that are counted");
                });
    }

    private static TestOpening bound(ResultSet row, int number) throws SQLException {
        TestOpening opening = opening(row, number);
        String bound = row.getString("record_digest");
        if (bound != null && !bound.equals(binding(opening).hex())) {
            throw new RecordTamperedException(
                    "Opening " + opening.id() + " of the test subset of split " + opening.splitId(),
                    "its number, its metrics, its reason or what had become of its patients is another than when it was counted");
        }
        return opening;
    }

    private static Digest binding(TestOpening opening) {
        RecordDigest facts = RecordDigest.of("opening of a test subset")
                .fact("id", opening.id())
                .fact("split", opening.splitId())
                .fact("evaluation", opening.evaluationId())
                .fact("number", opening.number())
                .fact("metrics", String.join(" ", column(opening.metrics())))
                .fact("reason", opening.reason())
                .fact("openedBy", opening.openedBy())
                .fact("openedAt", opening.openedAt());
        TestOpening.Past past = opening.past();
        if (past != null) {
            facts.fact("patients", past.patients())
                    .fact("openedBefore", past.openedBefore())
                    .fact("readBefore", past.readBefore())
                    .fact("readBy", past.readBy())
                    .fact("answeredBefore", past.answeredBefore());
        }
        return facts.digest();
    }

    private static TestOpening opening(ResultSet row, int number) throws SQLException {
        return new TestOpening(
                row.getObject("id", UUID.class),
                row.getObject("split_id", UUID.class),
                row.getObject("evaluation_id", UUID.class),
                row.getInt("number"),
                metrics(row.getArray("metrics")),
                past(row),
                row.getString("reason"),
                row.getString("opened_by"),
                row.getObject("opened_at", OffsetDateTime.class).toInstant());
    }

    private static List<NamedMetric> metrics(@Nullable Array names) throws SQLException {
        return names == null
                ? List.of()
                : Stream.of((String[]) names.getArray())
                        .map(name -> LowerCamelCase.parse(NamedMetric.class, name))
                        .toList();
    }

    private static TestOpening.@Nullable Past past(ResultSet row) throws SQLException {
        Array readers = row.getArray("read_by");
        return readers == null
                ? null
                : new TestOpening.Past(
                        row.getInt("patients"),
                        row.getInt("opened_before"),
                        row.getInt("read_before"),
                        List.of((UUID[]) readers.getArray()),
                        row.getObject("answered_before", Integer.class));
    }
}
