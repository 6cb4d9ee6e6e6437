package org.foldwise.registry.evaluation;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
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

    private final JdbcClient database;
    private final Ids ids;

    TestOpenings(JdbcClient database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /**
     * All openings that have scored patients whom a split locks away, under that split or another one of the project, in their order.
     * Openings of the split itself are among them even where all its patients were withdrawn since.
     */
    public List<TouchingOpening> touching(UUID split) {
        return database.sql(
                        "with touching as (" + TOUCHING
                                + """
                        )
                        select o.*, coalesce(t.shared, 0) as shared from test_opening o left join touching t on t.id = o.id
                        where t.id is not null or o.split_id = :split
                        order by o.opened_at, o.number, o.id
                        """)
                .param("split", split)
                .query((row, number) -> new TouchingOpening(opening(row, number), row.getInt("shared")))
                .list();
    }

    /** The opening that an evaluation was; empty if it was none. */
    public Optional<TestOpening> ofEvaluation(UUID evaluation) {
        return database.sql("select * from test_opening where evaluation_id = ?")
                .param(evaluation)
                .query(TestOpenings::opening)
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
        database.sql(
                        "with touching as materialized (" + TOUCHING + "), reading as materialized (" + READING
                                + """
                        )
                        insert into test_opening (id, split_id, evaluation_id, number, metrics, patients, opened_before,
                            read_before, read_by, reason, opened_by)
                        select :id, :split, :evaluation,
                            greatest((select count(*) from touching),
                                (select coalesce(max(number), 0) from test_opening where split_id = :split)) + 1,
                            cast(:metrics as text[]),
                            (select count(*) from fold_member where split_id = :split and fold = -1 and role = 'test'),
                            (select count(distinct p.patient) from touching t cross join unnest(t.own) as p (patient)),
                            (select count(distinct own) from reading),
                            (select coalesce(array_agg(distinct reader order by reader), '{}') from reading),
                            :reason, :openedBy
                        """)
                .param("id", ids.next())
                .param("split", split)
                .param("evaluation", evaluation)
                .param("metrics", metrics.stream().map(LowerCamelCase::of).collect(Collectors.joining(",", "{", "}")))
                .param("reason", reason)
                .param("openedBy", openedBy)
                .update();
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
                        row.getInt("patients"), row.getInt("opened_before"), row.getInt("read_before"), List.of((UUID[])
                                readers.getArray()));
    }
}
