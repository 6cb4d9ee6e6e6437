package org.foldwise.registry.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.SQLException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.split.PatientSplit;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class AuditRequestsIT {
    private final Story story;
    private final AuditRequests requests;
    private final AugmentationAudits audits;
    private final AuditReporting reporting;
    private final AuditSignOffs signOffs;
    private final JobQueue queue;
    private final JdbcClient database;

    AuditRequestsIT(
            Story story,
            AuditRequests requests,
            AugmentationAudits audits,
            AuditReporting reporting,
            AuditSignOffs signOffs,
            JobQueue queue,
            JdbcClient database) {
        this.story = story;
        this.requests = requests;
        this.audits = audits;
        this.reporting = reporting;
        this.signOffs = signOffs;
        this.queue = queue;
        this.database = database;
    }

    private AugmentationAudit stored(AugmentationAudit audit) {
        return audits.findById(audit.id()).orElseThrow();
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
    void goesFromTheRequestToTheSheetAndStaysAsItIs() {
        PatientSplit split = story.storedSplit();
        AugmentationAudit audit = story.augmentationAudit(split);
        assertThat(queue.find(audit.id()).map(Job::kind)).contains(JobKind.AUGMENTATION_AUDIT);
        assertThat(stored(audit).state()).isEqualTo(InquiryState.QUEUED);
        assertThat(audits.findBySplitIdAndIdGreaterThanOrderById(split.id(), split.id(), Limit.of(2)))
                .containsExactly(audit);
        String id = " where id = '" + audit.id() + "'";

        reporting.start(story.claim(audit.id()));
        FencingToken token = story.claim(audit.id());
        reporting.start(token);
        assertThat(stored(audit).sheet()).isNull();
        requireRefusal("update augmentation_audit set plan = '{}'" + id);
        requireRefusal("update augmentation_audit set state = 'succeeded', report = '{}', finished_at = now()" + id);
        reporting.succeed(token, "{\"images\": 7}", Story.artifact("a sheet"));

        assertThat(stored(audit).state()).isEqualTo(InquiryState.SUCCEEDED);
        assertThat(stored(audit).report()).isEqualTo("{\"images\": 7}");
        assertThat(stored(audit).sheet()).isEqualTo(Story.artifact("a sheet"));
        assertThat(queue.find(audit.id()).map(Job::state)).contains(JobState.FINISHED);
        requireRefusal("update augmentation_audit set report = '{}'" + id);
        requireRefusal("update augmentation_audit set sheet_digest = null" + id);
        requireRefusal("delete from augmentation_audit" + id);
        requireRefusal("truncate augmentation_audit cascade");
    }

    @Test
    void isSignedOnceThereIsASheetAndStaysSigned() {
        AugmentationAudit audit = story.augmentationAudit();
        assertThatThrownBy(() -> signOffs.sign(audit.id(), AuditVerdict.ACCEPTED, "A. Weber", "looked at", "key"))
                .hasMessageContaining("only an augmentation audit with a contact sheet can be signed");
        FencingToken token = story.claim(audit.id());
        reporting.start(token);
        reporting.succeed(token, "{}", Story.artifact("a sheet"));

        signOffs.sign(audit.id(), AuditVerdict.ACCEPTED, "A. Weber", "looked at", "key");
        signOffs.sign(audit.id(), AuditVerdict.REJECTED, "B. Klein", "row 3 is turned too far", "key");

        assertThat(signOffs.ofAudit(audit.id()))
                .extracting(AuditSignOff::verdict, AuditSignOff::person, AuditSignOff::reason)
                .containsExactly(
                        tuple(AuditVerdict.ACCEPTED, "A. Weber", "looked at"),
                        tuple(AuditVerdict.REJECTED, "B. Klein", "row 3 is turned too far"));
        String of = " where audit_id = '" + audit.id() + "'";
        requireRefusal("update audit_sign_off set verdict = 'accepted'" + of);
        requireRefusal("delete from audit_sign_off" + of);
        requireRefusal("truncate audit_sign_off");
    }

    @Test
    void saysWhyItFailedAndCanBeCalledOff() {
        AugmentationAudit failing = story.augmentationAudit();
        FencingToken token = story.claim(failing.id());
        reporting.start(token);
        reporting.fail(token, "an image cannot be decoded");
        assertThat(stored(failing).failure()).isEqualTo("an image cannot be decoded");
        assertThat(queue.find(failing.id()).map(Job::state)).contains(JobState.FAILED);

        AugmentationAudit waiting = story.augmentationAudit();
        requests.cancel(waiting.id());
        assertThat(stored(waiting).state()).isEqualTo(InquiryState.CANCELLED);
    }
}
