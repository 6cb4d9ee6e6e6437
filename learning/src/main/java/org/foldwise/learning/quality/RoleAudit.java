package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Role;

/** Asks whether the roles that a dataset came with keep patients and pictures apart. */
final class RoleAudit {
    private static final String OWN_SPLITS =
            "; splits made here keep every patient on one side, results of others on these folders do not";

    private final MeasuredCohort measured;
    private final List<Finding> findings = new ArrayList<>();

    private RoleAudit(MeasuredCohort measured) {
        this.measured = measured;
    }

    static List<Finding> of(MeasuredCohort measured, DuplicateGroups duplicates) {
        RoleAudit audit = new RoleAudit(measured);
        if (!measured.roles().isEmpty()) {
            audit.withoutRole();
            audit.patients();
            audit.duplicates(duplicates);
            audit.tinyRoles();
        }
        return audit.findings;
    }

    private void withoutRole() {
        List<ImageRecord> outside = measured.cohort().images().stream()
                .filter(image -> measured.roles().of(image) == null)
                .toList();
        if (outside.isEmpty()) {
            return;
        }
        Set<PatientId> patients = new TreeSet<>();
        outside.forEach(image -> patients.add(image.patient()));
        int images = outside.size();
        measured.cohort().images().stream()
                .filter(image -> measured.roles().of(image) != null)
                .forEach(image -> patients.remove(image.patient()));
        findings.add(
                new Finding(
                        Finding.Code.IMAGES_WITHOUT_ROLE,
                        Finding.Severity.WARNING,
                        Counted.of(images, "image lies", "images lie")
                                + " in none of the folders train, validation and test, although others do; "
                                + Counted.of(patients.size(), "patient has", "patients have")
                                + " no image in any of them",
                        List.of(
                                Finding.Figure.of("images", images),
                                Finding.Figure.of("patientsWithoutRole", patients.size())),
                        outside.stream().map(ImageRecord::name).toList(),
                        "move them into one of the folders, or leave them out: a split of kind folders is refused while a patient has no"
                                + " role, and takes the others' images for the role that the patient has; splits of other kinds use them all"));
    }

    private void patients() {
        Map<PatientId, Set<Role>> roles = new HashMap<>();
        for (ImageRecord image : measured.cohort().images()) {
            Role role = measured.roles().of(image);
            if (role != null) {
                roles.computeIfAbsent(image.patient(), patient -> EnumSet.noneOf(Role.class))
                        .add(role);
            }
        }
        Set<PatientId> several = new TreeSet<>();
        roles.forEach((patient, ofPatient) -> {
            if (ofPatient.size() > 1) {
                several.add(patient);
            }
        });
        if (!several.isEmpty()) {
            List<String> images = measured.cohort().images().stream()
                    .filter(image -> several.contains(image.patient()))
                    .map(ImageRecord::name)
                    .toList();
            findings.add(new Finding(
                    Finding.Code.PATIENTS_IN_SEVERAL_ROLES,
                    Finding.Severity.WARNING,
                    Counted.of(several.size(), "patient has", "patients have")
                            + " images in several of the folders train, validation and test, " + images.size()
                            + " images in all",
                    List.of(Finding.Figure.of("patients", several.size()), Finding.Figure.of("images", images.size())),
                    images,
                    "find out whether the ids mean the same people in all folders" + OWN_SPLITS));
        }
    }

    private void duplicates(DuplicateGroups duplicates) {
        ToldGroups told = new ToldGroups(measured, duplicates);
        List<Finding.Group> found = duplicates.groups().stream()
                .map(told::of)
                .filter(group -> group.roles().size() > 1)
                .toList();
        if (!found.isEmpty()) {
            int images = found.stream().mapToInt(Finding.Group::imageCount).sum();
            findings.add(new Finding(
                    Finding.Code.DUPLICATES_IN_SEVERAL_ROLES,
                    Finding.Severity.WARNING,
                    Counted.of(found.size(), "picture is", "pictures are")
                            + " in several of the folders train, validation and test, " + images + " images in all",
                    List.of(Finding.Figure.of("groups", found.size()), Finding.Figure.of("images", images)),
                    found.stream().flatMap(group -> group.images().stream()).toList(),
                    found,
                    "leave the copies out" + OWN_SPLITS));
        }
    }

    private void tinyRoles() {
        Map<Role, Map<String, Set<PatientId>>> patients = new EnumMap<>(Role.class);
        for (ImageRecord image : measured.cohort().images()) {
            Role role = measured.roles().of(image);
            if (role != null) {
                for (String label : image.labels()) {
                    patients.computeIfAbsent(role, one -> new HashMap<>())
                            .computeIfAbsent(label, one -> new TreeSet<>())
                            .add(image.patient());
                }
            }
        }
        patients.forEach((role, byLabel) -> {
            for (String label : measured.cohort().classes()) {
                int count = byLabel.getOrDefault(label, Set.of()).size();
                if (count < PatientAudit.TINY_BELOW_PATIENTS) {
                    findings.add(new Finding(
                            Finding.Code.TINY_ROLE,
                            Finding.Severity.WARNING,
                            "the folder of the role '" + role.name().toLowerCase(java.util.Locale.ROOT) + "' has "
                                    + Counted.of(count, "patient") + " of class '" + label + "'",
                            List.of(Finding.Figure.of("patients", count)),
                            List.of(),
                            "decide nothing by so few patients; let Foldwise split the whole dataset"));
                }
            }
        });
    }
}
