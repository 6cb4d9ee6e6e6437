package org.foldwise.registry.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Every sign-off, kept for ever; several people may sign one audit, and whoever thinks better of it signs again. */
@Component
public class AuditSignOffs {
    private final JdbcClient database;
    private final Ids ids;

    AuditSignOffs(JdbcClient database, Ids ids) {
        this.database = database;
        this.ids = ids;
    }

    /** The sign-offs of an audit, in order. */
    public List<AuditSignOff> ofAudit(UUID audit) {
        return database.sql("select * from audit_sign_off where audit_id = ? order by id")
                .param(audit)
                .query(AuditSignOffs::signOff)
                .list();
    }

    /**
     * Signs an audit.
     *
     * @param person who looked, 1 to 200 characters
     * @param reason 1 to 2000 characters
     * @param signedBy the name of the API key
     * @throws org.springframework.dao.DataAccessException if the audit has no contact sheet
     */
    @Transactional
    public void sign(UUID audit, AuditVerdict verdict, String person, String reason, String signedBy) {
        database.sql(
                        """
                        insert into audit_sign_off (id, audit_id, verdict, person, reason, signed_by)
                        values (:id, :audit, :verdict, :person, :reason, :signedBy)
                        """)
                .param("id", ids.next())
                .param("audit", audit)
                .param("verdict", LowerCamelCase.of(verdict))
                .param("person", person)
                .param("reason", reason)
                .param("signedBy", signedBy)
                .update();
    }

    private static AuditSignOff signOff(ResultSet row, int number) throws SQLException {
        return new AuditSignOff(
                row.getObject("id", UUID.class),
                row.getObject("audit_id", UUID.class),
                LowerCamelCase.parse(AuditVerdict.class, row.getString("verdict")),
                row.getString("person"),
                row.getString("reason"),
                row.getString("signed_by"),
                row.getObject("signed_at", OffsetDateTime.class).toInstant());
    }
}
