package org.foldwise.registry.withdrawal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.withdrawal.PatientTraces.Image;
import org.foldwise.registry.withdrawal.PatientTraces.Person;
import org.foldwise.registry.withdrawal.WithdrawalPlan.OpenWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes a patient's data out of a project: rows in one transaction, which leaves a tombstone; the files that no row names afterwards
 * are deleted by the sweep of artifacts, whatever becomes of this process. A plan does the same and takes it back, so that it
 * cannot say anything else than what would happen.
 */
@Component
public class PatientWithdrawal {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAMELESS = "withdrawn";

    /** Runs of the touched splits in whose fold the patient has a role, and ensembles of such runs. */
    private static final String RUNS =
            """
            select distinct r.id, m.role
            from unnest(cast(:datasets as uuid[]), cast(:patients as text[])) as p (dataset_id, patient)
                join patient_split s on s.dataset_id = p.dataset_id
                join fold_member m on m.split_id = s.id and m.patient = p.patient
                join experiment e on e.split_id = s.id
                join run r on r.experiment_id = e.id and case when r.members is null then r.fold = m.fold
                    else m.fold in (select t.fold from ensemble_member n join run t on t.id = n.member_id where n.run_id = r.id) end
            """;

    /** Evaluations, by the dataset whose images they judge. */
    private static final String EVALUATIONS =
            """
            select v.id, coalesce(v.dataset_id, s.dataset_id) as dataset_id, v.cases_digest, v.error_review
            from evaluation v
                left join run r on r.id = v.run_id
                join experiment e on e.id = coalesce(v.experiment_id, r.experiment_id)
                join patient_split s on s.id = e.split_id
            """;

    private final PatientSearch search;
    private final ScoredCases scoredCases;
    private final ContactSheets contactSheets;
    private final Withdrawals withdrawals;
    private final Evaluations evaluations;
    private final JdbcClient database;
    private final Ids ids;
    private final TransactionTemplate transaction;

    PatientWithdrawal(
            PatientSearch search,
            ScoredCases scoredCases,
            ContactSheets contactSheets,
            Withdrawals withdrawals,
            Evaluations evaluations,
            JdbcClient database,
            Ids ids,
            PlatformTransactionManager transactions) {
        this.search = search;
        this.scoredCases = scoredCases;
        this.contactSheets = contactSheets;
        this.withdrawals = withdrawals;
        this.evaluations = evaluations;
        this.database = database;
        this.ids = ids;
        this.transaction = new TransactionTemplate(transactions);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * Says what a withdrawal would do, and does nothing.
     *
     * @param keys under which the project may know the patient: as manifests and names of files have it, and pseudonyms
     * @throws WithdrawalRefusedException if the project has no image of that patient
     */
    public WithdrawalPlan plan(UUID project, Set<PatientId> keys) {
        return Objects.requireNonNull(transaction.execute(status -> {
            status.setRollbackOnly();
            PatientTraces traces = traces(project, keys);
            List<OpenWork> openWork = openWork(traces);
            int shared = sharedContents(traces);
            UUID id = erase(project, traces, "a plan", "nobody", Storing.NOTHING);
            return new WithdrawalPlan(withdrawals.reach(id), shared, openWork);
        }));
    }

    /**
     * Withdraws a patient.
     *
     * @param keys as of {@link #plan}
     * @param reason why, without the patient
     * @param withdrawnBy the name of the API key
     * @throws WithdrawalRefusedException if the project has no image of that patient, or jobs work with them
     */
    public Withdrawal carryOut(UUID project, Set<PatientId> keys, String reason, String withdrawnBy) {
        return Objects.requireNonNull(transaction.execute(status -> {
            PatientTraces traces = traces(project, keys);
            List<OpenWork> openWork = openWork(traces);
            if (!openWork.isEmpty()) {
                throw WithdrawalRefusedException.busy(openWork);
            }
            return withdrawals
                    .find(erase(project, traces, reason, withdrawnBy, Storing.DOCUMENTS))
                    .orElseThrow();
        }));
    }

    private enum Storing {
        DOCUMENTS,
        NOTHING
    }

    /** The locks keep others from beginning anything with the project's datasets until this transaction has ended. */
    private PatientTraces traces(UUID project, Set<PatientId> keys) {
        database.sql("select id from dataset where project_id = ? order by id for update")
                .param(project)
                .query(UUID.class)
                .list();
        PatientTraces traces = search.search(project, keys);
        if (traces.areNone()) {
            throw WithdrawalRefusedException.nobody(traces.unreadDrafts());
        }
        return traces;
    }

    private List<OpenWork> openWork(PatientTraces traces) {
        return database.sql(
                        """
                        with touched as (select unnest(cast(:datasets as uuid[])) as id),
                            experiments as (select e.id from experiment e join patient_split s on s.id = e.split_id
                                join touched t on t.id = s.dataset_id),
                            runs as (select r.id from run r join experiments e on e.id = r.experiment_id),
                            evaluations as (select v.id from evaluation v where v.dataset_id in (select id from touched)
                                or v.experiment_id in (select id from experiments) or v.run_id in (select id from runs))
                        select j.kind, j.id from job j where j.state in ('queued', 'running') and (
                            j.id in (select id from touched) or j.id in (select id from experiments)
                            or j.id in (select id from runs)
                            or j.id in (select id from evaluations)
                            or j.id in (select n.id from neighbourhood n where n.evaluation_id in (select id from evaluations))
                            or j.id in (select x.id from explanation_check x
                                where x.evaluation_id in (select id from evaluations))
                            or j.id in (select p.id from replay p where p.run_id in (select id from runs))
                            or j.id in (select l.id from leakage_experiment l where l.dataset_id in (select id from touched))
                            or j.id in (select a.id from augmentation_audit a join patient_split s on s.id = a.split_id
                                where s.dataset_id in (select id from touched)))
                        order by j.id
                        """)
                .param("datasets", column(traces.datasets(), UUID::toString))
                .query((row, number) -> new OpenWork(
                        LowerCamelCase.parse(JobKind.class, row.getString("kind")), row.getObject("id", UUID.class)))
                .list();
    }

    /** A document of scored cases to be replaced: that of a run's artifact, or that of an evaluation. */
    private record Replacement(
            UUID owner, @Nullable String kind, ScoredCases.Rest rest, @Nullable String errorReview, boolean touched) {}

    private UUID erase(UUID project, PatientTraces traces, String reason, String withdrawnBy, Storing storing) {
        UUID id = ids.next();
        List<Digest> gone = contentsOfNobodyElse(traces);
        announce(traces);
        List<Replacement> ofRuns = runDocuments(traces);
        List<Replacement> ofEvaluations = evaluationDocuments(traces);
        database.sql(
                        """
                        insert into withdrawal (id, project_id, reason, withdrawn_by, draft_images, predictions)
                        values (:id, :project, :reason, :withdrawnBy, :draftImages, (
                            select count(*) from prediction p join model_version v on v.id = p.model_version_id
                                join model m on m.id = v.model_id
                            where m.project_id = :project and p.input_digest = any (cast(:gone as text[]))))
                        """)
                .param("id", id)
                .param("project", project)
                .param("reason", reason)
                .param("withdrawnBy", withdrawnBy)
                .param("draftImages", traces.draftImages().size())
                .param("gone", column(gone, Digest::hex))
                .update();
        entomb(id, traces, gone, ofRuns, ofEvaluations);
        if (storing == Storing.DOCUMENTS) {
            Stream.concat(ofRuns.stream(), ofEvaluations.stream())
                    .map(Replacement::rest)
                    .forEach(scoredCases::store);
        }
        replace(ofRuns, ofEvaluations);
        deletePredictions(project, gone);
        deleteImages(traces);
        deleteRoles(traces);
        deleteLeakageFolds(traces);
        contactSheets.delete(traces.datasets());
        forgetAnswers(project, traces);
        return id;
    }

    /** Says to the database's triggers, for this transaction, whom it is about. */
    private void announce(PatientTraces traces) {
        set(
                "foldwise.withdrawn_patients",
                traces.people().stream()
                        .map(person -> person.dataset() + " " + person.patient())
                        .toList());
        set(
                "foldwise.withdrawn_images",
                traces.images().stream()
                        .map(image -> image.dataset() + " " + image.file())
                        .distinct()
                        .toList());
    }

    private void set(String setting, List<String> words) {
        database.sql("select set_config(?, ?, true)")
                .param(setting)
                .param(JSON.writeValueAsString(words))
                .query(String.class)
                .single();
    }

    private List<Digest> contentsOfNobodyElse(PatientTraces traces) {
        // one of each file
        Collection<Image> images = traces.allImages().stream()
                .collect(Collectors.toMap(
                        image -> image.dataset() + " " + image.file(),
                        Function.identity(),
                        (first, next) -> first,
                        LinkedHashMap::new))
                .values();
        return database
                .sql(
                        """
                        with gone as (select * from unnest(cast(? as uuid[]), cast(? as text[]), cast(? as text[]))
                            as g (dataset_id, name, digest))
                        select distinct g.digest from gone g where not exists (select from upload_image u
                            where u.digest = g.digest and (u.dataset_id, u.name) not in (select dataset_id, name from gone))
                        order by 1
                        """)
                .param(column(images, image -> image.dataset().toString()))
                .param(column(images, Image::file))
                .param(column(images, image -> image.content().hex()))
                .query(String.class)
                .list()
                .stream()
                .map(StoredDigest::of)
                .toList();
    }

    private int sharedContents(PatientTraces traces) {
        Set<Digest> shared =
                traces.allImages().stream().map(Image::content).collect(Collectors.toCollection(TreeSet::new));
        contentsOfNobodyElse(traces).forEach(shared::remove);
        return shared.size();
    }

    private List<Replacement> runDocuments(PatientTraces traces) {
        return database
                .sql(
                        """
                        select a.run_id, a.kind, a.digest, s.dataset_id from run_artifact a
                            join run r on r.id = a.run_id join experiment e on e.id = r.experiment_id
                            join patient_split s on s.id = e.split_id
                        where s.dataset_id = any (cast(? as uuid[])) and a.kind in ('validationPredictions', 'heldOutPredictions')
                        order by a.run_id, a.kind
                        """)
                .param(column(traces.datasets(), UUID::toString))
                .query((row, number) -> {
                    Set<String> patients =
                            traces.patients().getOrDefault(row.getObject("dataset_id", UUID.class), Set.of());
                    ScoredCases.Rest rest = scoredCases.without(StoredDigest.of(row.getString("digest")), patients);
                    return new Replacement(
                            row.getObject("run_id", UUID.class), row.getString("kind"), rest, null, rest.removed() > 0);
                })
                .list()
                .stream()
                .filter(Replacement::touched)
                .toList();
    }

    private List<Replacement> evaluationDocuments(PatientTraces traces) {
        return database
                .sql(EVALUATIONS
                        + " where coalesce(v.dataset_id, s.dataset_id) = any (cast(? as uuid[]))"
                        + " and v.cases_digest is not null order by v.id")
                .param(column(traces.datasets(), UUID::toString))
                .query((row, number) -> {
                    Set<String> patients =
                            traces.patients().getOrDefault(row.getObject("dataset_id", UUID.class), Set.of());
                    String review = row.getString("error_review");
                    ScoredCases.Rest rest =
                            scoredCases.without(StoredDigest.of(row.getString("cases_digest")), patients);
                    return new Replacement(
                            row.getObject("id", UUID.class),
                            null,
                            rest,
                            review == null ? null : Mentions.withoutCases(review, patients),
                            rest.removed() > 0 || (review != null && Mentions.hasCases(review, patients)));
                })
                .list()
                .stream()
                .filter(Replacement::touched)
                .toList();
    }

    private void entomb(
            UUID id,
            PatientTraces traces,
            List<Digest> gone,
            List<Replacement> ofRuns,
            List<Replacement> ofEvaluations) {
        traces.patients()
                .forEach((dataset, patients) -> database.sql("insert into withdrawal_dataset values (?, ?, ?, ?)")
                        .param(id)
                        .param(dataset)
                        .param(patients.size())
                        .param((int) traces.images().stream()
                                .filter(image -> image.dataset().equals(dataset))
                                .count())
                        .update());
        List<Person> people = traces.people();
        database.sql("insert into withdrawal_run (withdrawal_id, run_id, role) select :id, t.id, t.role from (" + RUNS
                        + ") t")
                .param("id", id)
                .param("datasets", column(people, person -> person.dataset().toString()))
                .param("patients", column(people, Person::patient))
                .update();
        ofEvaluations.forEach(replacement -> database.sql("insert into withdrawal_evaluation values (?, ?, ?)")
                .param(id)
                .param(replacement.owner())
                .param(replacement.rest().removed())
                .update());
        database.sql("insert into withdrawal_unread_draft select ?, unnest(cast(? as uuid[]))")
                .param(id)
                .param(column(traces.unreadDrafts(), UUID::toString))
                .update();
        Set<String> contents = new TreeSet<>(manifests(traces));
        contents.addAll(contactSheets.onlyOf(traces.datasets()));
        gone.forEach(content -> contents.add(content.hex()));
        Stream.concat(ofRuns.stream(), ofEvaluations.stream())
                .forEach(replacement -> contents.add(replacement.rest().old().hex()));
        database.sql("insert into withdrawn_content select ?, unnest(cast(? as text[]))")
                .param(id)
                .param(contents.toArray(String[]::new))
                .update();
    }

    /** Manifests with rows of the patient. Those of frozen datasets name every image. */
    private List<String> manifests(PatientTraces traces) {
        return database.sql("select distinct manifest_digest from dataset where id = any (cast(? as uuid[]))"
                        + " and manifest_digest is not null")
                .param(column(
                        Stream.concat(traces.datasets().stream(), traces.draftManifests().stream())
                                .toList(),
                        UUID::toString))
                .query(String.class)
                .list();
    }

    private void replace(List<Replacement> ofRuns, List<Replacement> ofEvaluations) {
        ofRuns.forEach(replacement -> database.sql(
                        """
                        update run_artifact set digest = ?, size_bytes = ?,
                            record_digest = case when record_digest = ? then ? else record_digest end
                        where run_id = ? and kind = ?
                        """)
                .param(replacement.rest().digest().hex())
                .param(replacement.rest().sizeBytes())
                .param(binding(replacement, replacement.rest().old()))
                .param(binding(replacement, replacement.rest().digest()))
                .param(replacement.owner())
                .param(Objects.requireNonNull(replacement.kind()))
                .update());
        ofEvaluations.forEach(replacement -> {
            Digest cases = replacement.rest().digest();
            Digest bound = evaluations
                    .findById(replacement.owner())
                    .orElseThrow()
                    .boundWithout(new ArtifactKey(cases), replacement.errorReview());
            database.sql(
                            """
                            update evaluation set cases_digest = ?, error_review = cast(? as jsonb), record_digest = ?
                            where id = ?
                            """)
                    .param(cases.hex())
                    .param(replacement.errorReview())
                    .param(bound == null ? null : bound.hex())
                    .param(replacement.owner())
                    .update();
        });
    }

    /** What binds a document of a run to it. One that is bound to another stays so. */
    private static String binding(Replacement replacement, Digest document) {
        RunArtifactKind kind = LowerCamelCase.parse(RunArtifactKind.class, Objects.requireNonNull(replacement.kind()));
        return RunArtifact.binding(replacement.owner(), kind, new ArtifactKey(document))
                .hex();
    }

    private void deletePredictions(UUID project, List<Digest> gone) {
        database.sql(
                        """
                        delete from prediction p using model_version v, model m
                        where v.id = p.model_version_id and m.id = v.model_id and m.project_id = ?
                            and p.input_digest = any (cast(? as text[]))
                        """)
                .param(project)
                .param(column(gone, Digest::hex))
                .update();
    }

    /** Rows of images, what brought them, and what of their dataset names them. */
    private void deleteImages(PatientTraces traces) {
        Map<UUID, Set<String>> names = new LinkedHashMap<>();
        traces.allImages().forEach(image -> names.computeIfAbsent(image.dataset(), dataset -> new TreeSet<>())
                .addAll(List.of(image.name(), image.file())));
        traces.draftManifests().forEach(draft -> names.putIfAbsent(draft, Set.of()));
        names.forEach((dataset, ofDataset) -> {
            String[] column = ofDataset.toArray(String[]::new);
            // by their files: all frames of a file are of one patient
            database.sql("delete from dataset_image where dataset_id = ? and file = any (cast(? as text[]))")
                    .param(dataset)
                    .param(column)
                    .update();
            database.sql("delete from upload_image where dataset_id = ? and name = any (cast(? as text[]))")
                    .param(dataset)
                    .param(column)
                    .update();
            clearUploads(dataset, traces.words());
            clearDataset(
                    dataset,
                    ofDataset,
                    traces.patients().containsKey(dataset)
                            || traces.draftManifests().contains(dataset));
        });
    }

    /** Uploads that brought nothing else go; those that are called after the patient lose their name. */
    private void clearUploads(UUID dataset, Set<String> words) {
        database.sql(
                        """
                        delete from upload u where u.dataset_id = ? and u.images > 0
                            and not exists (select from upload_image i where i.upload_id = u.id)
                        """)
                .param(dataset)
                .update();
        Map<UUID, String> names = new LinkedHashMap<>();
        database.sql("select id, name from upload where dataset_id = ? and name <> ?")
                .param(dataset)
                .param(NAMELESS)
                .query(row -> {
                    names.put(row.getObject("id", UUID.class), row.getString("name"));
                });
        names.forEach((upload, name) -> {
            if (Mentions.speaksOf(name, words)) {
                database.sql("update upload set name = ? where id = ?")
                        .param(NAMELESS)
                        .param(upload)
                        .update();
            }
        });
    }

    private void clearDataset(UUID dataset, Set<String> images, boolean manifestGoes) {
        String findings = database.sql("select findings from dataset where id = ?")
                .param(dataset)
                .query(String.class)
                .single();
        database.sql("update dataset set findings = cast(? as jsonb) where id = ?")
                .param(Mentions.findings(findings, images))
                .param(dataset)
                .update();
        if (manifestGoes) {
            database.sql("update dataset set manifest_digest = null, manifest_name = null where id = ?")
                    .param(dataset)
                    .update();
        }
    }

    private void deleteRoles(PatientTraces traces) {
        List<Person> people = traces.people();
        database.sql(
                        """
                        delete from fold_member m using patient_split s,
                            unnest(cast(? as uuid[]), cast(? as text[])) as p (dataset_id, patient)
                        where s.id = m.split_id and s.dataset_id = p.dataset_id and m.patient = p.patient
                        """)
                .param(column(people, person -> person.dataset().toString()))
                .param(column(people, Person::patient))
                .update();
    }

    /** Answers about images by name, of others as well: a report has been made of them, and nothing goes on from them. */
    private void deleteLeakageFolds(PatientTraces traces) {
        database.sql(
                        """
                        delete from leakage_fold f using leakage_experiment l
                        where l.id = f.leakage_experiment_id and l.dataset_id = any (cast(? as uuid[]))
                            and l.state in ('succeeded', 'failed', 'cancelled')
                        """)
                .param(column(traces.datasets(), UUID::toString))
                .update();
    }

    /** First answers to requests are kept for a day, to be repeated. */
    private void forgetAnswers(UUID project, PatientTraces traces) {
        database.sql(
                        """
                        delete from idempotency_record r using api_key k
                        where k.id = r.api_key_id and (k.project_id is null or k.project_id = ?) and r.body is not null
                            and exists (select from unnest(cast(? as text[])) as w (word)
                                where position(convert_to(w.word, 'UTF8') in r.body) > 0)
                        """)
                .param(project)
                .param(Mentions.inJson(traces.words()).toArray(String[]::new))
                .update();
    }

    private static <T> String[] column(Collection<T> values, Function<T, String> cell) {
        List<String> cells = new ArrayList<>();
        values.forEach(value -> cells.add(cell.apply(value)));
        return cells.toArray(String[]::new);
    }
}
