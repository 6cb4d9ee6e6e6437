package org.foldwise.registry.dataset;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.Ids;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Every waiver, kept for ever. */
@Component
public class FindingWaivers {
    private final JdbcClient database;
    private final Ids ids;

    FindingWaivers(JdbcClient database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /** The waivers of a dataset, in order. */
    public List<FindingWaiver> ofDataset(UUID dataset) {
        return database.sql("select * from finding_waiver where dataset_id = ? order by id")
                .param(dataset)
                .query(FindingWaivers::waiver)
                .list();
    }

    /** Codes of the dataset's blocking findings, waived or not, in alphabetical order. */
    public List<String> blocking(UUID dataset) {
        return codes(dataset, "");
    }

    /** Codes of the blocking findings that nobody has waived; while there is one, no split can be stored. */
    public List<String> notWaived(UUID dataset) {
        return codes(
                dataset,
                "and not exists (select from finding_waiver w where w.dataset_id = d.id and w.code = f ->> 'code')");
    }

    private List<String> codes(UUID dataset, String condition) {
        return database.sql(
                        """
                        select distinct f ->> 'code' from dataset d, jsonb_array_elements(d.findings) f
                        where d.id = ? and f ->> 'severity' = 'blocking'
                        """
                                + condition + " order by 1")
                .param(dataset)
                .query(String.class)
                .list();
    }

    /**
     * Sets a blocking finding aside. Waiving one again changes nothing: the first reason stays.
     *
     * @return whether it was not waived before
     * @throws org.springframework.dao.DataAccessException if the dataset is not frozen or has no such blocking finding
     */
    @Transactional
    public boolean waive(UUID dataset, String code, String reason, String waivedBy) {
        return database.sql(
                                """
                                insert into finding_waiver (id, dataset_id, code, reason, waived_by)
                                values (:id, :dataset, :code, :reason, :waivedBy) on conflict (dataset_id, code) do nothing
                                """)
                        .param("id", ids.next())
                        .param("dataset", dataset)
                        .param("code", code)
                        .param("reason", reason)
                        .param("waivedBy", waivedBy)
                        .update()
                == 1;
    }

    private static FindingWaiver waiver(ResultSet row, int number) throws SQLException {
        return new FindingWaiver(
                row.getObject("id", UUID.class),
                row.getObject("dataset_id", UUID.class),
                row.getString("code"),
                row.getString("reason"),
                row.getString("waived_by"),
                row.getObject("waived_at", OffsetDateTime.class).toInstant());
    }
}
