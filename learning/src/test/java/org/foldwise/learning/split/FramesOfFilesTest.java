package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.DuplicateImages;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Pictures;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of a file as images. */
class FramesOfFilesTest {
    private static ImageRecord file(String name, String content, String patient, String label) {
        return new ImageRecord(name, Digest.of(content), new PatientId(patient), label, null, null);
    }

    private static List<ImageRecord> frames(ImageRecord file, int frames) {
        List<ImageRecord> images = new ArrayList<>();
        for (int frame = 0; frame < frames; frame++) {
            images.add(file.ofFrame(frame, frames));
        }
        return images;
    }

    private static Cohort cohort(List<ImageRecord> images) {
        return new Cohort(Task.BINARY, List.of("ill", "well"), PatientLabelRule.ANY_POSITIVE, images);
    }

    @Test
    void areCalledAfterTheirFileInTheOrderOfTheirNumbers() {
        ImageRecord volume = file("ct/p1#2.nii.gz", "volume", "p1", "ill");

        List<ImageRecord> images = frames(volume, 101);

        assertThat(images.get(7).name()).isEqualTo("ct/p1#2.nii.gz#007");
        assertThat(images.get(100).name()).isEqualTo("ct/p1#2.nii.gz#100");
        assertThat(images).extracting(ImageRecord::name).isSorted();
        assertThat(images).extracting(ImageRecord::file).containsOnly("ct/p1#2.nii.gz");
        assertThat(volume.file()).isEqualTo(volume.name());
        assertThat(images).extracting(ImageRecord::patient).containsOnly(new PatientId("p1"));
        assertThatThrownBy(() -> volume.ofFrame(101, 101)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void havePicturesOfTheirOwnThatTellTheirFile() {
        List<Digest> pictures = new ArrayList<>();
        Set<Digest> contents = new HashSet<>();
        for (String content : List.of("one", "other", "third")) {
            ImageRecord file = file(content, content, "p", "ill");
            assertThat(file.picture()).isEqualTo(file.content());
            contents.add(file.content());
            pictures.add(file.picture());
            frames(file, 2_000).forEach(image -> pictures.add(image.picture()));
        }

        assertThat(pictures).doesNotHaveDuplicates();
        assertThat(pictures.stream().filter(Pictures.ofFiles(Set.of(Digest.of("one")))))
                .containsExactlyElementsOf(pictures.subList(0, 2_001));
        assertThat(pictures).allMatch(Pictures.ofFiles(contents));
        // those of one file stand together, so that a cache asks for them together
        List<Digest> sorted = new ArrayList<>(new TreeSet<>(pictures));
        for (Digest content : contents) {
            int first = -1;
            int last = -1;
            for (int i = 0; i < sorted.size(); i++) {
                if (Pictures.ofFiles(Set.of(content)).test(sorted.get(i))) {
                    first = first < 0 ? i : first;
                    last = i;
                }
            }
            assertThat(last - first).isEqualTo(2_000);
        }
    }

    /** The lines are written out: a dataset that was frozen before there were frames must have the digest that it had. */
    @Test
    void changeNoDigestOfFilesThatStandForOneImage() {
        List<ImageRecord> images = List.of(
                new ImageRecord(
                        "a.png", Digest.of("a"), new PatientId("p1"), "ill", LocalDate.of(2026, 1, 31), "North"),
                file("b.nii", "b", "p2", "well"));

        assertThat(cohort(images).digest())
                .isEqualTo(Digest.ofLines(List.of(
                        "foldwise cohort 1",
                        "BINARY\tANY_POSITIVE",
                        "ill\twell",
                        "a.png\t" + Digest.of("a").hex() + "\tp1\till\t2026-01-31\tNorth",
                        "b.nii\t" + Digest.of("b").hex() + "\tp2\twell\t\t")));
    }

    @Test
    void areToldFromFilesOfTheSameNameByTheDigest() {
        ImageRecord frame = file("b.nii", "b", "p2", "well").ofFrame(3, 5);
        ImageRecord called = file("b.nii#3", "b", "p2", "well");
        ImageRecord other = file("a", "a", "p1", "ill");

        assertThat(frame.name()).isEqualTo(called.name());
        assertThat(cohort(List.of(other, frame)).digest())
                .isNotEqualTo(cohort(List.of(other, called)).digest());
    }

    @Test
    void areNoCopiesOfEachOtherButOfThoseOfAnEqualFile() {
        List<ImageRecord> images = new ArrayList<>(frames(file("one.nii", "same", "p1", "ill"), 3));
        images.addAll(frames(file("two.nii", "same", "p2", "ill"), 3));
        images.addAll(frames(file("three.nii", "else", "p3", "well"), 3));

        DuplicateImages duplicates = DuplicateImages.of(cohort(images));

        assertThat(duplicates.groups())
                .extracting(DuplicateImages.Group::images)
                .containsExactlyInAnyOrder(
                        new TreeSet<>(Set.of("one.nii#0", "two.nii#0")),
                        new TreeSet<>(Set.of("one.nii#1", "two.nii#1")),
                        new TreeSet<>(Set.of("one.nii#2", "two.nii#2")));
    }

    /** Different frames of equal files are different pictures, and yet of one person. */
    @Test
    void tiePatientsOfEqualFilesWhicheverFramesAreTaken() {
        List<ImageRecord> images = List.of(
                file("one.nii", "same", "p1", "ill").ofFrame(0, 3),
                file("two.nii", "same", "p2", "ill").ofFrame(2, 3),
                file("three.nii", "else", "p3", "well").ofFrame(0, 3));

        assertThat(DuplicateImages.of(cohort(images)).groups()).isEmpty();
        assertThat(PatientTies.of(cohort(images), SplitRules.DEFAULT).groups())
                .containsExactly(new TreeSet<>(Set.of(new PatientId("p1"), new PatientId("p2"))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void areNeverInTwoRolesOfAFold(long seed) {
        List<ImageRecord> images = new ArrayList<>();
        for (int patient = 0; patient < 24; patient++) {
            for (int series = 0; series < 2; series++) {
                String name = "p" + patient + "-" + series + ".nii";
                images.addAll(frames(file(name, name, "p" + patient, patient % 2 == 0 ? "ill" : "well"), 5));
            }
        }
        Cohort cohort = cohort(images);

        Split split = PatientSplitter.split(
                cohort, new SplitSpec.KFold(4, 0.2, 0.2), SplitRules.DEFAULT, PatientTies.NONE, seed);

        for (Fold fold : split.folds()) {
            Map<String, Set<Role>> rolesOf = new HashMap<>();
            for (Role role : Role.values()) {
                for (ImageRecord image : images) {
                    if (fold.patients(role).contains(image.patient())) {
                        rolesOf.computeIfAbsent(image.file(), file -> new HashSet<>())
                                .add(role);
                    }
                }
            }
            assertThat(rolesOf).hasSize(48);
            assertThat(rolesOf.values()).allSatisfy(roles -> assertThat(roles).hasSize(1));
        }
        assertThat(LeakageAudit.of(split, cohort).passed()).isTrue();
    }

    /** What no layout makes, a tampered row could: the audit counts by file. */
    @Test
    void areFoundByTheAuditWhereTwoPatientsHaveFramesOfOneFile() {
        List<ImageRecord> images = List.of(
                file("one.nii", "one", "p1", "ill").ofFrame(0, 2),
                file("one.nii", "one", "p2", "ill").ofFrame(1, 2),
                file("two.nii", "two", "p3", "well"),
                file("three.nii", "three", "p4", "well"));
        List<RoleAssignment> roles = new ArrayList<>();
        List<Role> inOrder = List.of(Role.TRAIN, Role.VALIDATION, Role.TRAIN, Role.VALIDATION);
        for (int i = 0; i < 4; i++) {
            roles.add(new RoleAssignment(-1, new PatientId("p" + (i + 1)), inOrder.get(i)));
        }

        LeakageAudit audit = LeakageAudit.of(roles, cohort(images));

        assertThat(audit.findings())
                .extracting(LeakageAudit.Finding::fault)
                .contains(LeakageAudit.Fault.CONTENT_IN_SEVERAL_ROLES);
    }
}
