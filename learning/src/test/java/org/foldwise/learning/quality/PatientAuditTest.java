package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientKeyDoubt;
import org.foldwise.learning.dataset.PatientKeys;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.StatedPatient;
import org.foldwise.learning.dataset.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatientAuditTest {
    private final List<ImageRecord> images = new ArrayList<>();
    private final SortedMap<String, String> keys = new TreeMap<>();
    private final Map<String, StatedPatient> stated = new HashMap<>();

    @Test
    void suspectsAClassWhoseEveryFilmIsAPatient() {
        for (int i = 0; i < 24; i++) {
            add(i, "healthy");
            add(100 + i / 2, "sick");
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> assertThat(
                        finding.evidence())
                .isEqualTo(
                        "the 24 images of class 'healthy' have 24 patient ids, nearly one each, while 100 % of the other"
                                + " patients have several images"));
    }

    /** A registry may well have one film of everybody; ids made from names look the same, so somebody should know. */
    @Test
    void tellsThatEverybodyHasOneFilm() {
        for (int i = 0; i < 24; i++) {
            add(i, i % 2 == 0 ? "healthy" : "sick");
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.NOTICE);
            assertThat(finding.evidence()).isEqualTo("24 of 24 patient ids have one image only");
        });
    }

    @Test
    void tellsNothingWhereSomeHaveSeveralFilms() {
        for (int i = 0; i < 24; i++) {
            add(i, i % 2 == 0 ? "healthy" : "sick");
        }
        add(0, "healthy");

        assertThat(singletons(Task.BINARY, "healthy", "sick")).isEmpty();
    }

    @Test
    void suspectsNoRareLabelThatPatientsShowOnceAmongOtherFilms() {
        for (int patient = 0; patient < 200; patient++) {
            for (int film = 0; film < 3; film++) {
                add(patient, film == 0 && patient % 8 == 0 ? "mass" : "effusion");
            }
        }

        assertThat(singletons(Task.MULTILABEL, "effusion", "mass")).isEmpty();
    }

    @Test
    void suspectsNoSmallClassThatChanceMayHaveMadeSo() {
        // a quarter of the patients have two films; that twelve have one each has a chance of 0.03
        for (int patient = 0; patient < 400; patient++) {
            add(patient, "effusion");
            if (patient % 4 == 0) {
                add(patient, "effusion");
            }
        }
        for (int patient = 400; patient < 412; patient++) {
            add(patient, "hernia");
        }

        assertThat(singletons(Task.MULTILABEL, "effusion", "hernia")).isEmpty();
    }

    /** As were drawn from real films: 1 of 70 patients and 9 of 50, labels by lot; Fisher's exact test, one-sided, says 0.0016. */
    @Test
    void suspectsNoClassWhoseShareIsLowerByChanceAlone() {
        for (int patient = 0; patient < 120; patient++) {
            boolean hasTwo = patient == 0 || (patient >= 70 && patient < 79);
            for (int film = hasTwo ? 2 : 1; film > 0; film--) {
                add(patient, patient < 70 ? "healthy" : "sick");
            }
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).isEmpty();
    }

    /** 24 and 6 patients of whom 8 % have two films, whatever their class: by the exact test less than 1 in 30,000 is blocked. */
    @Test
    void suspectsNextToNoCleanCohort() {
        SplittableRandom random = new SplittableRandom(1);
        int suspected = 0;
        for (int cohort = 0; cohort < 1000; cohort++) {
            images.clear();
            for (int patient = 0; patient < 30; patient++) {
                for (int film = random.nextDouble() < 0.08 ? 2 : 1; film > 0; film--) {
                    add(patient, patient < 24 ? "healthy" : "sick");
                }
            }
            suspected += singletons(Task.BINARY, "healthy", "sick").stream()
                            .anyMatch(finding -> finding.severity() == Finding.Severity.BLOCKING)
                    ? 1
                    : 0;
        }

        assertThat(suspected).isLessThanOrEqualTo(1);
    }

    /** A column of files named as the patients', or a pattern that takes the whole name: with folders, without, with the extension, in other cases. */
    @ParameterizedTest
    @ValueSource(strings = {"i/P%02d_%d.png", "P%02d_%d.png", "p%02d_%d", "P%02d-%d", "scans/i/P%02d_%d"})
    void blocksIdsThatAreTheNamesOfTheirFiles(String id) {
        everyFilmAPatient(id);

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.evidence())
                    .startsWith("80 of 80 patient ids are the names of the patients' only files")
                    .doesNotContain("P0");
            assertThat(finding.figures()).contains(Finding.Figure.of("patientIdsNamedAfterFile", 80));
        });
    }

    /** The only film of a patient may be called after the patient: nothing blocks, and everybody is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"P%03d", "patient_%d", "%04d"})
    void tellsOfIdsThatAreTheNamesOfTheirFilesButForTheExtension(String key) {
        for (int patient = 0; patient < 80; patient++) {
            String id = key.formatted(patient);
            images.add(image("scans/" + id + ".png", new PatientId(id), patient % 2 == 0 ? "healthy" : "sick"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.NOTICE);
            assertThat(finding.evidence()).isEqualTo("80 of 80 patient ids are the names of the patients' only files");
        });
    }

    /** Site and patient, eyes of a patient: what stands behind the dot is no extension. */
    @ParameterizedTest
    @ValueSource(strings = {"S01.P%04d", "%d.a"})
    void blocksNoIdsWithADotThatFilesWithoutExtensionAreCalledBy(String key) {
        for (int patient = 0; patient < 80; patient++) {
            String id = key.formatted(patient);
            images.add(image("scans/" + id, new PatientId(id), patient % 2 == 0 ? "healthy" : "sick"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.NOTICE);
    }

    /** Cases with their controls, or families: one image of each person, and other labels within a group. */
    @Test
    void blocksNoPairsOfCasesAndControls() {
        for (int pair = 0; pair < 40; pair++) {
            for (int person = 1; person <= 2; person++) {
                images.add(image(
                        "film" + pair + "of" + person + ".png",
                        new PatientId("%03d-%d".formatted(pair, person)),
                        person == 1 ? "sick" : "healthy"));
            }
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.NOTICE);
    }

    @Test
    void blocksIdsThatCountTheImagesOfAPatient() {
        everyFilmAPatient("X%02d.%d");

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.evidence())
                    .isEqualTo(
                            "80 of 80 patient ids fall into 20 groups, of 4.0 on average, once a last number is cut off");
        });
    }

    /** Keys of a registry, numbers behind a word, of a year or with the year behind: one film of everybody. */
    @ParameterizedTest
    @ValueSource(strings = {"P%03d", "patient_%d", "%d", "2024-%04d", "%d-2024", "TCGA-A%d-01", "1.2.840.1136.%d"})
    void blocksNoRegistryWithKeysOfItsOwn(String key) {
        for (int patient = 0; patient < 80; patient++) {
            images.add(image(
                    "scans/film" + patient + ".png",
                    new PatientId(key.formatted(patient)),
                    patient % 2 == 0 ? "healthy" : "sick"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.NOTICE);
    }

    /** Patients numbered by year, and by a study's sites, which the manifest names. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void blocksNoNumbersOfYearsOrSites(boolean years) {
        for (int patient = 0; patient < 80; patient++) {
            ImageRecord film =
                    image("film" + patient + ".png", patient(patient), patient % 2 == 0 ? "healthy" : "sick");
            String id = years
                    ? "%d/%d".formatted(1 + patient / 4, 18 + patient % 4)
                    : "S%02d-%d".formatted(patient / 4, 1 + patient % 4);
            images.add(new ImageRecord(
                    film.name(), film.content(), new PatientId(id), film.labels(), null, "site " + patient / 4));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.NOTICE);
    }

    /** A volume of each patient, called after the patient: its slices are several images. */
    @Test
    void blocksNoVolumesThatAreCalledAfterTheirPatients() {
        for (int patient = 0; patient < 20; patient++) {
            String id = "p%02d".formatted(patient);
            ImageRecord file = image(id + ".nii.gz", new PatientId(id), patient % 2 == 0 ? "healthy" : "sick");
            for (int slice = 0; slice < 3; slice++) {
                images.add(file.ofFrame(slice, 3));
            }
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nan",
                "NaN",
                "NULL",
                "#N/A",
                "unknown",
                "1.23E+15",
                "-",
                "?",
                "None",
                "n/a",
                "#REF!",
                "Anonymous"
            })
    void warnsOfIdsThatMeanNobody(String placeholder) {
        for (int patient = 0; patient < 24; patient++) {
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
        }
        images.add(image("film24", new PatientId(placeholder), "healthy"));
        images.add(image("film25", new PatientId(placeholder), "sick"));

        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
                    assertThat(finding.images()).containsExactly("film24", "film25");
                    assertThat(finding.evidence())
                            .isEqualTo(
                                    "1 patient id is what programs write where there is none, or a number that a spreadsheet cut short: 2"
                                            + " images of 26");
                });
    }

    /** Of patients who are numbered from nought on the first is somebody; of those numbered from one nought is nobody. */
    @Test
    void takesNoughtForAPatientWhereNumbersBeginWithIt() {
        for (int patient = 0; patient < 24; patient++) {
            images.add(image(
                    "film" + patient, new PatientId("%04d".formatted(patient)), patient % 2 == 0 ? "healthy" : "sick"));
        }
        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS)).isEmpty();

        images.add(image("further", new PatientId("0000"), "sick"));
        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS))
                .as("one of two images")
                .isNotEmpty();
        images.remove(images.size() - 1);

        images.add(image("other", new PatientId("00000"), "sick"));
        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS))
                .singleElement()
                .satisfies(finding -> assertThat(finding.images()).containsExactly("other"));
    }

    /** Pseudonyms say nothing by themselves; what was seen when they were made does. */
    @ParameterizedTest
    @CsvSource({
        "FILE_NAME_WITH_EXTENSION, BLOCKING, the names of the patients' only files",
        "INSTANCE, BLOCKING, 'the names of the patients'' only files, or the SOP Instance UIDs of these'",
        "FILE_NAME, NOTICE, the names of the patients' only files"
    })
    void readsPseudonymsByWhatTheFilesHadStated(PatientKeyDoubt doubt, Finding.Severity severity, String evidence) {
        for (int film = 0; film < 40; film++) {
            add(film, film % 2 == 0 ? "healthy" : "sick");
            key(patient(film).value());
            stated.put("film" + film, new StatedPatient(doubt, "spelt " + film, "like " + film));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.evidence()).isEqualTo("40 of 40 patient ids are " + evidence);
        });
    }

    /** Four files of forty were exported by somebody who wrote their own names into them. */
    @Test
    void warnsOfPseudonymsThatSomeFilesOwn() {
        for (int film = 0; film < 40; film++) {
            int patient = film < 4 ? 100 + film : film / 4;
            add(patient, film % 2 == 0 ? "healthy" : "sick");
            key(patient(patient).value());
            stated.put(
                    "film" + film,
                    new StatedPatient(
                            film < 4 ? PatientKeyDoubt.FILE_NAME_WITH_EXTENSION : null,
                            "spelt " + patient,
                            "like " + patient));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.evidence())
                    .isEqualTo("4 of 40 images have as patient id the name of their own file, extension included");
            assertThat(finding.images()).containsExactlyInAnyOrder("film0", "film1", "film2", "film3");
        });
    }

    /** Whoever wrote the manifest had no key for six images of ten, whose patients may have others. */
    @Test
    void warnsOfAManifestWhereSomeIdsAreNamesOfFiles() {
        for (int film = 0; film < 100; film++) {
            String file = "scans/x" + 37 * film + ".png";
            images.add(image(
                    file,
                    film % 5 < 3 ? new PatientId(file.substring(6)) : patient(film / 20),
                    film % 2 == 0 ? "healthy" : "sick"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.evidence())
                    .isEqualTo("60 of 100 images have as patient id the name of their own file, extension included");
            assertThat(finding.images()).hasSize(60).contains("scans/x0.png").doesNotContain("scans/x111.png");
        });
    }

    /** Whoever is called after the first of their films has a key all the same. */
    @Test
    void saysNothingOfPatientsWhoAreCalledAfterOneOfTheirFiles() {
        for (int film = 0; film < 90; film++) {
            images.add(image(
                    "x" + film + ".png",
                    new PatientId("x" + (film - film % 3) + ".png"),
                    film % 2 == 0 ? "healthy" : "sick"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).isEmpty();
    }

    /** A class whose ids are all so blocks, as one of ids that say nothing does. */
    @Test
    void blocksAClassWhoseIdsAreNamesOfFiles() {
        for (int film = 0; film < 48; film++) {
            String file = "x" + film + ".png";
            boolean ill = film % 2 == 0;
            images.add(image(file, ill ? patient(film / 4) : new PatientId(file), ill ? "sick" : "healthy"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick"))
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.BLOCKING, Finding.Severity.WARNING);
    }

    @Test
    void warnsOfPseudonymsThatMeanNobody() {
        for (int film = 0; film < 40; film++) {
            add(film < 3 ? 0 : film / 3, film % 2 == 0 ? "healthy" : "sick");
            key(patient(film < 3 ? 0 : film / 3).value());
        }
        stated.put("film0", new StatedPatient(PatientKeyDoubt.PLACEHOLDER, "nobody", "nobody"));

        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS))
                .singleElement()
                .satisfies(finding -> assertThat(finding.images()).containsExactly("film0", "film1", "film2"));
    }

    /** The manifest says whose the images are. */
    @Test
    void asksNothingOfKeysThatNoPatientIdIs() {
        for (int film = 0; film < 40; film++) {
            add(film / 2, film % 4 < 2 ? "healthy" : "sick");
            key("pseudonym " + film);
            stated.put(
                    "film" + film,
                    new StatedPatient(
                            film == 0 ? PatientKeyDoubt.PLACEHOLDER : PatientKeyDoubt.INSTANCE, "one", "one"));
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).isEmpty();
        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS)).isEmpty();
        assertThat(findings(Finding.Code.SIMILAR_PATIENT_IDS)).isEmpty();
    }

    /** Patients 0 and 1 were written in other cases, 2 and 3 with a nought more. */
    @Test
    void comparesPseudonymsByHowTheyWereWritten() {
        for (int film = 0; film < 40; film++) {
            int patient = film / 4;
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
            key(patient(patient).value());
            stated.put(
                    "film" + film,
                    new StatedPatient(
                            null,
                            "spelt " + (patient == 1 ? 0 : patient),
                            "like " + (patient < 4 ? patient / 2 : patient)));
        }

        assertThat(findings(Finding.Code.SIMILAR_PATIENT_IDS)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.evidence()).startsWith("2 groups").endsWith("1 of them only in case and blanks");
            assertThat(finding.images()).hasSize(16);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "Nan Wu", "P-0", "1E05", "tester", "A?", "NONE7", "TEST_01"})
    void warnsOfNoIdThatIsOne(String id) {
        for (int patient = 1; patient < 24; patient++) {
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
        }
        images.add(image("film" + images.size(), new PatientId(id), "healthy"));

        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS)).isEmpty();
    }

    /** Whatever word stands for nobody, it has far more images than a person; one who came often has not. */
    @Test
    void warnsOfAnIdWithAGreatPartOfTheImages() {
        for (int patient = 0; patient < 60; patient++) {
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
        }
        for (int film = 0; film < 14; film++) {
            add(60, "sick");
        }
        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS)).isEmpty();
        for (int film = 0; film < 16; film++) {
            add(60, "healthy");
        }

        assertThat(findings(Finding.Code.PLACEHOLDER_PATIENT_IDS))
                .singleElement()
                .extracting(Finding::evidence)
                .isEqualTo(
                        "1 patient id has more than a tenth of all images each, where half of the patients have 2.0 at most: 30 images"
                                + " of 150");
    }

    @Test
    void countsOnePatientOfAClass() {
        add(0, "sick");
        for (int patient = 1; patient < 4; patient++) {
            add(patient, "healthy");
        }

        assertThat(findings(Finding.Code.TINY_CLASS))
                .extracting(Finding::evidence)
                .containsExactly("class 'healthy' has 3 patients", "class 'sick' has 1 patient");
    }

    @Test
    void objectsWhereOnePersonsFilesAreUnderSeveralPatientIds() {
        for (int patient = 0; patient < 12; patient++) {
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
            key(patient == 7 ? "key 4" : "key " + patient);
        }

        assertThat(findings(Finding.Code.PATIENT_KEYS_SHARED)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.evidence())
                    .isEqualTo(
                            "1 Patient ID of DICOM files occurs under several patient ids, 2 patient ids with 2 images in all");
            assertThat(finding.images()).containsExactly("film4", "film7");
        });
        assertThat(findings(Finding.Code.PATIENTS_WITH_SEVERAL_KEYS)).isEmpty();
    }

    @Test
    void warnsWhereAPatientIdHasFilesOfSeveralPeople() {
        for (int patient = 0; patient < 12; patient++) {
            add(patient % 11, patient % 2 == 0 ? "healthy" : "sick");
            key("key " + patient);
        }

        assertThat(findings(Finding.Code.PATIENTS_WITH_SEVERAL_KEYS))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
                    assertThat(finding.images()).containsExactly("film0", "film11");
                });
        assertThat(findings(Finding.Code.PATIENT_KEYS_SHARED)).isEmpty();
    }

    @Test
    void asksWhatAPatientIdMeansThatAllFilesShare() {
        for (int patient = 0; patient < 12; patient++) {
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
            key("removed");
        }

        assertThat(findings(Finding.Code.PATIENT_KEYS_SHARED)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.evidence())
                    .isEqualTo("all 12 DICOM files that have a Patient ID have the same one, under 12 patient ids");
        });
    }

    /** An invisible blank after an id is a slip of the keyboard, and no other person. */
    @Test
    void blocksIdsThatDifferInABlankThatNobodySees() {
        for (int patient = 0; patient < 12; patient++) {
            add(patient, patient % 2 == 0 ? "healthy" : "sick");
        }
        images.add(image("film" + images.size(), new PatientId(patient(3).value() + "\u00a0"), "healthy"));

        assertThat(findings(Finding.Code.SIMILAR_PATIENT_IDS)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.images()).containsExactly("film12", "film3");
        });
    }

    /** The file of the image that was added last says so. */
    private void key(String patient) {
        keys.put(images.get(images.size() - 1).name(), patient);
    }

    /** Twenty patients with four films each, whose names begin with the patient, under ids of that form. */
    private void everyFilmAPatient(String id) {
        for (int patient = 0; patient < 20; patient++) {
            for (int film = 0; film < 4; film++) {
                images.add(image(
                        "scans/i/P%02d_%d.png".formatted(patient, film),
                        new PatientId(id.formatted(patient, film)),
                        patient % 2 == 0 ? "healthy" : "sick"));
            }
        }
    }

    private void add(int patient, String label) {
        images.add(image("film" + images.size(), patient(patient), label));
    }

    private List<Finding> singletons(Task task, String... classes) {
        return findings(task, List.of(classes), Finding.Code.ONE_IMAGE_PER_PATIENT);
    }

    private List<Finding> findings(Finding.Code code) {
        return findings(Task.BINARY, List.of("healthy", "sick"), code);
    }

    private List<Finding> findings(Task task, List<String> classes, Finding.Code code) {
        Cohort cohort = new Cohort(task, classes, PatientLabelRule.ANY_POSITIVE, images);
        return PatientAudit.of(cohort, new PatientKeys(keys, stated), CohortSummary.of(cohort)).stream()
                .filter(finding -> finding.code() == code)
                .toList();
    }
}
