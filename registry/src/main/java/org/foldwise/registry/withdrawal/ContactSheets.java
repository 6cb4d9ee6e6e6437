package org.foldwise.registry.withdrawal;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Contact sheets of augmentation audits. They show images of patients and do not say whose, so that all of a dataset go together; the
 * audits' reports, which are sums over many patients, stay.
 */
@Component
class ContactSheets {
    private final JdbcClient database;

    ContactSheets(JdbcClient database) {
        this.database = database;
    }

    /** The digests of sheets of these datasets that are not, byte for byte, sheets of other datasets as well. */
    List<String> onlyOf(List<UUID> datasets) {
        return database.sql(
                        """
                        select a.sheet_digest from augmentation_audit a join patient_split s on s.id = a.split_id
                        where a.sheet_digest is not null
                        group by a.sheet_digest having bool_and(s.dataset_id = any (cast(? as uuid[])))
                        """)
                .param(column(datasets))
                .query(String.class)
                .list();
    }

    void delete(List<UUID> datasets) {
        database.sql(
                        """
                        update augmentation_audit a set sheet_digest = null from patient_split s
                        where s.id = a.split_id and s.dataset_id = any (cast(? as uuid[])) and a.sheet_digest is not null
                        """)
                .param(column(datasets))
                .update();
    }

    private static String[] column(List<UUID> ids) {
        return ids.stream().map(UUID::toString).toArray(String[]::new);
    }
}
