package org.foldwise.registry.evaluation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.Ids;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Every opening of a test subset, counted for ever. */
@Component
public class TestOpenings {
    private final JdbcClient database;
    private final Ids ids;

    TestOpenings(JdbcClient database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /** All openings of a split's test images, in order. */
    public List<TestOpening> ofSplit(UUID split) {
        return database.sql("select * from test_opening where split_id = ? order by number")
                .param(split)
                .query(TestOpenings::opening)
                .list();
    }

    /** The opening that an evaluation was; empty if it was none. */
    public Optional<TestOpening> ofEvaluation(UUID evaluation) {
        return database.sql("select * from test_opening where evaluation_id = ?")
                .param(evaluation)
                .query(TestOpenings::opening)
                .optional();
    }

    /** Counts one more. The lock on the split lets openings through one after the other, so that numbers have no gaps. */
    void open(UUID split, UUID evaluation, String reason, String openedBy) {
        database.sql("select id from patient_split where id = ? for no key update")
                .param(split)
                .query(UUID.class)
                .single();
        database.sql(
                        """
                        insert into test_opening (id, split_id, evaluation_id, number, reason, opened_by)
                        select :id, :split, :evaluation, coalesce(max(number), 0) + 1, :reason, :openedBy
                        from test_opening where split_id = :split
                        """)
                .param("id", ids.next())
                .param("split", split)
                .param("evaluation", evaluation)
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
                row.getString("reason"),
                row.getString("opened_by"),
                row.getObject("opened_at", OffsetDateTime.class).toInstant());
    }
}
