package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.SplitCertificateJson;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class SplitCertificateTest {
    private static final Cohort COHORT = aCohort()
            .withPatients(50)
            .withPositivePatients(0.4)
            .with(image("copy/a", patient(1), "sick", "one film"))
            .with(image("copy/b", patient(2), "sick", "one film"))
            .build();
    private static final Split SPLIT = PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 2, 0.2, 0.2), 1);

    @Test
    void whatIsInTheRolesAddsUpToWhatThereIs() {
        SplitCertificate certificate = SplitCertificate.of(SPLIT, COHORT);

        int images = COHORT.images().size();
        assertThat(certificate.total()).isEqualTo(new SplitCertificate.Holding(50, images, images - 1, 1));
        assertThat(certificate.folds()).hasSize(7);
        for (SplitCertificate.FoldProof fold : certificate.folds()) {
            assertThat(fold.roles().stream().mapToInt(role -> role.holding().contents()))
                    .hasSize(fold.fold() < 0 ? 3 : 4);
        }
        SplitCertificate.RoleProof test = certificate.folds().get(0).roles().get(2);
        assertThat(test.role()).isEqualTo(Role.TEST);
        assertThat(test.members())
                .isEqualTo(Digest.ofLines(
                        SPLIT.test().stream().map(PatientId::value).toList()));
    }

    @Test
    void sumsThatDoNotAddUpMakeNoCertificate() {
        SplitCertificate sound = SplitCertificate.of(SPLIT, COHORT);
        SplitCertificate.Holding total = sound.total();
        for (SplitCertificate.Holding other : List.of(
                new SplitCertificate.Holding(total.patients() + 1, total.images(), total.contents(), 1),
                new SplitCertificate.Holding(total.patients(), total.images() - 1, total.contents(), 1),
                new SplitCertificate.Holding(total.patients(), total.images(), total.contents() - 1, 1),
                new SplitCertificate.Holding(total.patients(), total.images(), total.contents(), 0))) {
            assertThatThrownBy(() -> new SplitCertificate(
                            sound.dataset(),
                            sound.split(),
                            sound.seed(),
                            sound.spec(),
                            sound.rules(),
                            sound.ties(),
                            other,
                            sound.folds(),
                            sound.greatestShareDeviation()))
                    .hasMessageContaining("not disjoint and complete");
        }
    }

    @Test
    void aSplitThatDividesCopiesCannotBeCertified() {
        TreeMap<PatientId, Role> roles = new TreeMap<>(SPLIT.development().roles());
        roles.put(patient(2), roles.get(patient(2)) == Role.TRAIN ? Role.VALIDATION : Role.TRAIN);
        Split divided =
                new Split(new SplitSpec.Holdout(0.6, 0.2, 0.2), 1, COHORT.digest(), new Fold(-1, roles), List.of());

        assertThatThrownBy(() -> SplitCertificate.of(divided, COHORT))
                .hasMessageContaining("CONTENT_IN_SEVERAL_ROLES")
                .hasMessageContaining("TIED_PATIENTS_DIVIDED");
    }

    @Test
    void aSplitOfAnotherCohortCannotBeCertified() {
        assertThatThrownBy(() -> SplitCertificate.of(SPLIT, aCohort().build())).hasMessageContaining("is of a cohort");
    }

    @Test
    void oneTextForEachAndTheTextReadsBack() {
        SplitCertificate certificate = SplitCertificate.of(SPLIT, COHORT);
        String text = SplitCertificateJson.write(certificate);

        assertThat(SplitCertificateJson.read(text)).isEqualTo(certificate);
        assertThat(SplitCertificateJson.write(SplitCertificateJson.read(text))).isEqualTo(text);
        assertThat(SplitCertificateJson.digest(certificate)).isEqualTo(Digest.of(text));
        assertThat(text).doesNotContain("p0");
    }

    @Test
    void whateverDiffersHasAnotherDigest() {
        PatientTies more = PatientTies.of(COHORT, SplitRules.DEFAULT).with(List.of(SPLIT.test()));
        Cohort other = aCohort().withPatients(50).withPositivePatients(0.4).build();
        List<SplitCertificate> certificates = new ArrayList<>(List.of(
                SplitCertificate.of(SPLIT, COHORT),
                SplitCertificate.of(SPLIT, COHORT, more),
                SplitCertificate.of(PatientSplitter.split(COHORT, SPLIT.spec(), 2), COHORT),
                SplitCertificate.of(PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 0.2, 0.2), 1), COHORT),
                SplitCertificate.of(PatientSplitter.split(other, SPLIT.spec(), 1), other)));

        assertThat(Set.copyOf(
                        certificates.stream().map(SplitCertificateJson::digest).toList()))
                .hasSize(certificates.size());
    }

    /** Digests of splits that could be asked for before there were repeats and rules stay what they were. */
    @Test
    void splitsOfTheFirstFormKeepTheirDigests() {
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        roles.put(patient(0), Role.TRAIN);
        roles.put(patient(1), Role.VALIDATION);
        Split holdout =
                new Split(new SplitSpec.Holdout(0.5, 0.5, 0), 7, Digest.of("x"), new Fold(-1, roles), List.of());

        assertThat(holdout.digest())
                .isEqualTo(Digest.ofLines(List.of(
                        "foldwise split 1",
                        Digest.of("x").hex(),
                        "7",
                        "Holdout[train=0.5, validation=0.5, test=0.0]",
                        "-1\tTRAIN\tp00000",
                        "-1\tVALIDATION\tp00001")));
        Split kFold = PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 0.2, 0.2), 1);
        List<String> lines = new ArrayList<>(
                List.of("foldwise split 1", COHORT.digest().hex(), "1", "KFold[folds=3, test=0.2, validation=0.2]"));
        kFold.allFolds().forEach(fold -> fold.roles()
                .forEach((patient, role) -> lines.add(fold.index() + "\t" + role + "\t" + patient)));
        assertThat(kFold.digest()).isEqualTo(Digest.ofLines(lines));
    }
}
