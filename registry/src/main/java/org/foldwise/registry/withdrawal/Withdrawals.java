package org.foldwise.registry.withdrawal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.model.ModelVersionState;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedDataset;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedEvaluation;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedRun;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedVersion;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tombstones of all patients whose data were withdrawn. */
@Component
public class Withdrawals {
    private static final String OF_WITHDRAWAL = " where w.withdrawal_id = ?";

    private final JdbcClient database;

    Withdrawals(JdbcClient database) {
        this.database = database;
    }

    public Optional<Withdrawal> find(UUID id) {
        return database.sql("select * from withdrawal where id = ?")
                .param(id)
                .query(Withdrawals::epitaph)
                .optional()
                .map(this::withdrawal);
    }

    /** A project's withdrawals with higher ids than {@code after}, in the order of their ids. */
    public List<Withdrawal> ofProject(UUID project, UUID after, int limit) {
        return database
                .sql("select * from withdrawal where project_id = ? and id > ? order by id limit ?")
                .param(project)
                .param(after)
                .param(limit)
                .query(Withdrawals::epitaph)
                .list()
                .stream()
                .map(this::withdrawal)
                .toList();
    }

    /** Every content that held data of a withdrawn patient and that is not an image of somebody in another project now. */
    public Set<Digest> contents() {
        return digests(
                database.sql(
                        """
                select distinct c.digest from withdrawn_content c join withdrawal w on w.id = c.withdrawal_id
                where not exists (select from upload_image u join dataset d on d.id = u.dataset_id
                    where u.digest = c.digest and d.project_id <> w.project_id)
                """));
    }

    /** Those contents of images that were withdrawn from the project of a dataset. */
    public Set<Digest> withdrawnFrom(UUID dataset, Collection<Digest> images) {
        return digests(database.sql(
                        """
                        select distinct c.digest from withdrawn_content c join withdrawal w on w.id = c.withdrawal_id
                            join dataset d on d.project_id = w.project_id
                        where d.id = ? and c.digest = any (cast(? as text[]))
                        """)
                .param(dataset)
                .param(images.stream().map(Digest::hex).toArray(String[]::new)));
    }

    /** Those contents of a withdrawal that the project has again, as images or as a manifest of a draft. */
    public Set<Digest> returned(UUID id) {
        return digests(database.sql(
                        """
                        select c.digest from withdrawn_content c join withdrawal w on w.id = c.withdrawal_id
                        where w.id = ? and exists (select from dataset d where d.project_id = w.project_id
                            and (d.manifest_digest = c.digest or exists (
                                select from upload_image u where u.dataset_id = d.id and u.digest = c.digest)))
                        """)
                .param(id));
    }

    private static Set<Digest> digests(JdbcClient.StatementSpec found) {
        return found.query(String.class).list().stream().map(StoredDigest::of).collect(Collectors.toSet());
    }

    /** The names of those uploaded images of a dataset that are, byte for byte, images that were withdrawn from the project, in order. */
    public List<String> returning(UUID project, UUID dataset) {
        return database.sql(
                        """
                        select u.name from upload_image u where u.dataset_id = ? and exists (
                            select from withdrawn_content c join withdrawal w on w.id = c.withdrawal_id
                            where c.digest = u.digest and w.project_id = ?)
                        order by u.name collate "C"
                        """)
                .param(dataset)
                .param(project)
                .query(String.class)
                .list();
    }

    WithdrawalReach reach(UUID id) {
        return new WithdrawalReach(
                database.sql("select * from withdrawal_dataset w" + OF_WITHDRAWAL + " order by dataset_id")
                        .param(id)
                        .query((row, number) -> new TouchedDataset(
                                row.getObject("dataset_id", UUID.class), row.getInt("patients"), row.getInt("images")))
                        .list(),
                database.sql("select s.id from withdrawal_dataset w join patient_split s on s.dataset_id = w.dataset_id"
                                + OF_WITHDRAWAL + " order by s.id")
                        .param(id)
                        .query(UUID.class)
                        .list(),
                runs(id),
                database.sql("select * from withdrawal_evaluation w" + OF_WITHDRAWAL + " order by evaluation_id")
                        .param(id)
                        .query((row, number) ->
                                new TouchedEvaluation(row.getObject("evaluation_id", UUID.class), row.getInt("cases")))
                        .list(),
                versions(id),
                count(id, "draft_images"),
                database.sql("select w.dataset_id from withdrawal_unread_draft w" + OF_WITHDRAWAL
                                + " order by w.dataset_id")
                        .param(id)
                        .query(UUID.class)
                        .list(),
                count(id, "predictions"),
                database
                        .sql("select w.digest from withdrawn_content w" + OF_WITHDRAWAL + " order by w.digest")
                        .param(id)
                        .query(String.class)
                        .list()
                        .stream()
                        .map(StoredDigest::of)
                        .toList());
    }

    private List<TouchedRun> runs(UUID id) {
        Map<UUID, SortedSet<Role>> roles = new LinkedHashMap<>();
        database.sql("select w.run_id, w.role from withdrawal_run w" + OF_WITHDRAWAL + " order by w.run_id, w.role")
                .param(id)
                .query(row -> {
                    roles.computeIfAbsent(row.getObject("run_id", UUID.class), run -> new TreeSet<>())
                            .add(LowerCamelCase.parse(Role.class, row.getString("role")));
                });
        return roles.entrySet().stream()
                .map(run -> new TouchedRun(run.getKey(), run.getValue()))
                .toList();
    }

    private List<TouchedVersion> versions(UUID id) {
        return database.sql(
                        """
                        select v.id, m.name, v.version, v.state from model_version v join model m on m.id = v.model_id
                        where v.run_id in (select w.run_id from withdrawal_run w
                            where w.withdrawal_id = ? and w.role in ('train', 'validation'))
                        order by m.name, v.version
                        """)
                .param(id)
                .query((row, number) -> new TouchedVersion(
                        row.getObject("id", UUID.class),
                        row.getString("name"),
                        row.getInt("version"),
                        LowerCamelCase.parse(ModelVersionState.class, row.getString("state"))))
                .list();
    }

    private int count(UUID id, String what) {
        return database.sql("select " + what + " from withdrawal where id = ?")
                .param(id)
                .query(Integer.class)
                .single();
    }

    /** A row of {@code withdrawal}. */
    private record Epitaph(UUID id, UUID project, String reason, String withdrawnBy, Instant withdrawnAt) {}

    private static Epitaph epitaph(ResultSet row, int number) throws SQLException {
        return new Epitaph(
                row.getObject("id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getString("reason"),
                row.getString("withdrawn_by"),
                row.getObject("withdrawn_at", OffsetDateTime.class).toInstant());
    }

    private Withdrawal withdrawal(Epitaph of) {
        return new Withdrawal(of.id(), of.project(), of.reason(), of.withdrawnBy(), of.withdrawnAt(), reach(of.id()));
    }
}
