package org.foldwise.api.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.ExaminedImages;
import org.foldwise.registry.dataset.MeasuredImage;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@ApiTest
class SplitIT {
    private final User researcher;
    private final UUID dataset;
    private final Chapters chapters;
    private final DatasetReporting reporting;
    private final UUID project;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    SplitIT(
            Http http,
            Chapters chapters,
            DatasetReporting reporting,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.database = database;
        this.transaction = transaction;
        this.project = chapters.project();
        this.reporting = reporting;
        this.chapters = chapters;
        this.researcher = http.user(Role.RESEARCHER, project);
        this.dataset = chapters.frozen(researcher, project);
    }

    @Test
    void aRepeatedCrossValidationHasFoldsOfEveryRepeatAndACertificate() {
        Answer made = split("{\"kind\": \"kFold\", \"folds\": 3, \"repeats\": 2, \"test\": 0.2, \"validation\": 0.25}");

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("folds")).hasSize(7);
        assertThat(made.json().at("/spec/repeats").intValue()).isEqualTo(2);
        assertThat(made.json().get("keepTogether").toString()).isEqualTo("[\"patient\",\"duplicates\"]");
        Answer certificate = researcher.get("/api/v1/splits/" + made.id() + "/certificate");
        assertThat(certificate.status()).isEqualTo(200);
        assertThat(Digest.of(certificate.text()).hex())
                .isEqualTo(made.json().at("/certificate/certificateDigest").stringValue());
        JsonNode proof = certificate.json();
        assertThat(proof.get("split").stringValue())
                .isEqualTo(made.json().get("digest").stringValue());
        for (JsonNode fold : proof.get("folds")) {
            int patients = 0;
            for (JsonNode role : fold.get("roles")) {
                patients += role.at("/holding/patients").intValue();
            }
            assertThat(patients).isEqualTo(proof.at("/total/patients").intValue());
        }
    }

    @Test
    void whatTheDatasetDoesNotAllowForIsRefusedWithWhatItDoes() {
        Answer temporal =
                split("{\"kind\": \"temporal\", \"test\": 0.2, \"validation\": 0.25, \"straddling\": \"dropped\"}");
        assertThat(temporal.status()).isEqualTo(422);
        assertThat(temporal.json().at("/type").stringValue()).endsWith("split-refused");
        assertThat(temporal.json().at("/errors/0/detail").stringValue())
                .startsWith("a temporal split needs the day of every image")
                .endsWith("a split of another kind needs none");

        Answer site = split("{\"kind\": \"site\", \"validation\": 0.25}");
        assertThat(site.json().at("/errors/0/detail").stringValue()).endsWith("a split without sites needs none");
    }

    /** Where every label is so rare that it may be missing, what is refused is the want of patients. */
    @Test
    void aDayThatLeavesNobodyToLearnFromIsRefused() {
        UUID rare = chapters.frozenOfRareLabels(researcher, project);

        for (Map.Entry<String, String> refused : Map.of(
                        "2019-01-01", "there are 0 patients for train and validation",
                        "2030-01-01", "no patient is in the test subset")
                .entrySet()) {
            Answer answer = researcher.post(
                    "/api/v1/datasets/" + rare + "/splits",
                    """
                    {"name": "late", "seed": 1, "spec": {"kind": "temporal", "testFrom": "%s", "validation": 0.25,
                     "straddling": "dropped"}}
                    """
                            .formatted(refused.getKey()));

            assertThat(answer.status()).as(answer.text()).isEqualTo(422);
            assertThat(answer.json().at("/type").stringValue()).endsWith("split-refused");
            assertThat(answer.json().at("/errors/0/detail").stringValue())
                    .startsWith("with a test from " + refused.getKey() + ", " + refused.getValue())
                    // two patients show each label, which is too few for train, validation and test
                    .endsWith("; no day is feasible");
        }
    }

    @Test
    void allMistakesAreToldAtOnce() {
        Answer refused = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                """
                {"name": " ", "seed": 1, "keepTogether": ["patient", "colour"],
                 "spec": {"kind": "temporal", "test": 2, "validation": 0.7, "straddling": "no"}}
                """);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/name", "/keepTogether/1", "/spec/test", "/spec/validation", "/spec/straddling");
        Answer leaking = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                """
                {"name": "x", "seed": 1, "keepTogether": ["patient"],
                 "spec": {"kind": "holdout", "train": 0.6, "validation": 0.2, "test": 0.2}}
                """);
        assertThat(leaking.json().at("/errors/0/pointer").stringValue()).isEqualTo("/keepTogether");
        assertThat(leaking.json().at("/errors/0/detail").stringValue())
                .startsWith("keepTogether must hold patient and duplicates")
                .endsWith("was [patient]");
        assertThat(split("{\"kind\": \"kFold\", \"folds\": 5, \"test\": 1e-300, \"validation\": 1e-300}")
                        .json()
                        .get("errors")
                        .findValuesAsString("pointer"))
                .contains("/spec/validation");
    }

    @Test
    void rolesMadeElsewhereAreTakenAsTableAndAsJson() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        String csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text();
        String json = researcher
                .get("/api/v1/splits/" + made + "/assignments")
                .json()
                .get("assignments")
                .toString();

        Answer fromCsv = csv("as published", "\ufeff" + csv.replace(',', ';'));
        Answer fromJson = split("{\"kind\": \"fixed\", \"assignments\": " + json + "}");

        assertThat(fromCsv.status()).as(fromCsv.text()).isEqualTo(201);
        assertThat(fromJson.status()).as(fromJson.text()).isEqualTo(201);
        assertThat(fromCsv.json().at("/spec/kind").stringValue()).isEqualTo("fixed");
        assertThat(fromCsv.json().get("digest")).isEqualTo(fromJson.json().get("digest"));
        for (Answer taken : List.of(fromCsv, fromJson)) {
            assertThat(researcher
                            .get("/api/v1/splits/" + taken.id() + "/assignments", "Accept", "text/csv")
                            .text())
                    .isEqualTo(csv);
        }
    }

    @Test
    void queriesOfTablesAreReadStrictly() {
        String table = "patient,role\r\np000,train\r\n";
        for (String query : List.of("a%00b", "%E2%80%8B", "a%E2%80%AEb", "a&part=0.2", "a&validatoin=0.2")) {
            Answer answer = csv(query, table);

            assertThat(answer.status()).as(query).isEqualTo(422);
            assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:invalid-request");
            assertThat(answer.json().at("/errors/0/pointer").stringValue())
                    .as(query)
                    .isEqualTo(query.contains("&") ? "/" + query.substring(2, query.indexOf('=')) : "/name");
        }
        assertThat(csv("a&part=0.2", table).json().at("/errors/0/detail").stringValue())
                .isEqualTo("is not known here; known are name, validation");
        assertThat(csv("a&validatoin=0.2", table).json().at("/errors/0/detail").stringValue())
                .isEqualTo("is not known here; did you mean validation?");
    }

    /** As it was written here, with folds that begin anew in each repeat, as JSON; and what proves nothing is refused. */
    @Test
    void aRepeatedDivisionThatWasMadeElsewhereIsTaken() {
        Answer made = split("{\"kind\": \"kFold\", \"folds\": 3, \"repeats\": 2, \"test\": 0.2, \"validation\": 0.25}");
        String path = "/api/v1/splits/" + made.id();
        String csv = researcher.get(path + "/assignments", "Accept", "text/csv").text();
        JsonNode json = researcher.get(path + "/assignments").json();
        assertThat(csv.lines().findFirst()).contains("fold,patient,role,repeat");
        assertThat(json.get("repeats").intValue()).isEqualTo(2);
        String anew = csv.lines()
                .map(row ->
                        row.replaceFirst("^3,", "0,").replaceFirst("^4,", "1,").replaceFirst("^5,", "2,"))
                .collect(Collectors.joining("\r\n", "", "\r\n"));

        List<Answer> taken = List.of(
                csv(chapters.freshName("repeated"), csv),
                csv(chapters.freshName("repeated"), anew),
                split("{\"kind\": \"fixed\", \"repeats\": 2, \"assignments\": " + json.get("assignments") + "}"));

        JsonNode proven = researcher.get(path + "/certificate").json().get("folds");
        for (Answer given : taken) {
            assertThat(given.status()).as(given.text()).isEqualTo(201);
            assertThat(given.json().at("/spec/kind").stringValue()).isEqualTo("fixed");
            assertThat(given.json().at("/spec/repeats").intValue()).isEqualTo(2);
            assertThat(given.json().get("digest")).isEqualTo(taken.get(0).json().get("digest"));
            String of = "/api/v1/splits/" + given.id();
            assertThat(researcher.get(of + "/certificate").json().get("folds")).isEqualTo(proven);
            assertThat(researcher.get(of + "/assignments", "Accept", "text/csv").text())
                    .isEqualTo(csv);
        }
        Answer once = split("{\"kind\": \"fixed\", \"assignments\": " + json.get("assignments") + "}");
        assertThat(once.status()).isEqualTo(422);
        assertThat(once.json().at("/errors/0/detail").stringValue()).contains("say in which repeat each is");
        Answer uneven = csv(
                chapters.freshName("uneven"),
                csv.lines().filter(row -> !row.startsWith("5,")).collect(Collectors.joining("\r\n", "", "\r\n")));
        assertThat(uneven.status()).isEqualTo(422);
        assertThat(uneven.json().at("/errors/0/detail").stringValue())
                .isEqualTo("repeats must have equally many folds, had [2, 3]");
        Answer nowhere = csv(chapters.freshName("nowhere"), csv.replaceFirst("(?m)^(0,.*),0$", "$1,x"));
        assertThat(nowhere.json().at("/errors/0/detail").stringValue()).startsWith("needs the number of a repeat");
        assertThat(split("{\"kind\": \"fixed\", \"repeats\": 21, \"assignments\": []}")
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/spec/repeats");
    }

    /** Twins stay together because the table says so; one who does not is named by the row. */
    @Test
    void patientsWhomATableKeepsTogetherAreNotParted() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        List<String> csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        List<String> tested = csv.stream()
                .filter(row -> row.startsWith("-1,") && row.endsWith(",test"))
                .map(row -> row.split(",", -1)[1])
                .toList();
        String other = csv.stream()
                .filter(row -> row.startsWith("-1,") && row.endsWith(",train"))
                .map(row -> row.split(",", -1)[1])
                .findFirst()
                .orElseThrow();

        Answer together = csv(chapters.freshName("twins"), kept(csv, Set.of(tested.get(0), tested.get(1))));
        Answer parted = csv(chapters.freshName("parted"), kept(csv, Set.of(tested.get(0), other)));

        assertThat(together.status()).as(together.text()).isEqualTo(201);
        Answer alone = csv(chapters.freshName("alone"), String.join("\r\n", csv) + "\r\n");
        assertThat(together.json().get("digest")).isEqualTo(alone.json().get("digest"));
        assertThat(ties(together)).as("the proof holds the twins").isNotEqualTo(ties(alone));
        assertThat(parted.status()).isEqualTo(422);
        assertThat(parted.json().get("errors")).hasSize(4).allSatisfy(mistake -> {
            assertThat(mistake.get("detail").stringValue()).contains("were handed in as a group");
            int row = Integer.parseInt(mistake.get("pointer").stringValue().substring("/row/".length()));
            assertThat(csv.get(row - 1)).containsAnyOf("," + tested.get(0) + ",", "," + other + ",");
        });
        Answer json = split("{\"kind\": \"fixed\", \"validation\": 0.2, \"assignments\": ["
                + IntStream.range(0, 30)
                        .mapToObj(patient -> "{\"fold\": -1, \"patient\": \"p%03d\", \"role\": \"%s\"%s}"
                                .formatted(
                                        patient,
                                        patient < 6 ? "test" : "train",
                                        patient == 7 || patient == 8 ? ", \"keepTogether\": \"7\"" : ""))
                        .collect(Collectors.joining(", "))
                + "]}");
        assertThat(json.status()).as(json.text()).isEqualTo(201);
        List<String> validated = patients(json, -1, "validation");
        assertThat(validated.contains("p007")).isEqualTo(validated.contains("p008"));
    }

    /** Whoever is in a group and not in the dataset is a mistake of their row, like all others. */
    @Test
    void aGroupWithAnUnknownPatientIsAMistakeOfTheRow() {
        String rows = IntStream.range(0, 31)
                .mapToObj(patient -> "{\"fold\": -1, \"patient\": \"%s\", \"role\": \"%s\"%s}"
                        .formatted(
                                patient == 30 ? "nobody" : "p%03d".formatted(patient),
                                patient < 6 ? "test" : "train",
                                patient == 7 || patient == 30 ? ", \"keepTogether\": \"7\"" : ""))
                .collect(Collectors.joining(", ", "[", "]"));
        for (String kind : List.of("splits", "split-plans")) {
            for (String validation : List.of("", "\"validation\": 0.2, ")) {
                Answer refused = researcher.post(
                        "/api/v1/datasets/" + dataset + "/" + kind,
                        "{\"name\": \"%s\", \"seed\": 7, \"spec\": {\"kind\": \"fixed\", %s\"assignments\": %s}}"
                                .formatted(chapters.freshName("unknown"), validation, rows));

                assertThat(refused.status()).as(refused.text()).isEqualTo(422);
                assertThat(refused.json().at("/type").stringValue()).endsWith("split-refused");
                assertThat(refused.json().get("errors")).anySatisfy(mistake -> {
                    assertThat(mistake.get("pointer").stringValue()).isEqualTo("/spec/assignments/30");
                    assertThat(mistake.get("detail").stringValue())
                            .isEqualTo("names a patient whom the dataset does not know");
                });
            }
        }
        Answer table = csv(
                chapters.freshName("unknown"),
                """
                patient,role,keepTogether
                p001,train,twins
                nobody,train,twins
                """);
        assertThat(table.status()).as(table.text()).isEqualTo(422);
        assertThat(table.json().get("errors").findValuesAsString("pointer")).contains("/row/3");
    }

    @Test
    void moreRepeatsOrFoldsThanASplitMayHaveAreRefusedWithTheBound() {
        String plain = researcher
                .get(
                        "/api/v1/splits/"
                                + split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                                        .id()
                                + "/assignments",
                        "Accept",
                        "text/csv")
                .text();
        String repeated = "fold,patient,role,repeat\r\n"
                + IntStream.range(0, 21)
                        .boxed()
                        .flatMap(repeat -> plain.lines()
                                .filter(row -> !row.startsWith("fold,") && !row.startsWith("-1,"))
                                .map(row -> row + "," + repeat + "\r\n"))
                        .collect(Collectors.joining());
        String many = "fold,patient,role\r\n"
                + IntStream.range(0, 101)
                        .mapToObj(fold -> fold + ",p%03d,heldOut\r\n".formatted(fold % 30))
                        .collect(Collectors.joining());

        for (String table : List.of(repeated, many)) {
            for (String validation : List.of("", "&validation=0.2")) {
                Answer refused = csv(chapters.freshName("many") + validation, table);

                assertThat(refused.status()).as(refused.text()).isEqualTo(422);
                assertThat(refused.json().get("errors")).singleElement().satisfies(mistake -> assertThat(
                                mistake.get("detail").stringValue())
                        .startsWith("there may be 20 repeats and 100 folds in all at most, were "));
            }
        }
    }

    /** Rows are counted as the table has them, and folds are called as it calls them. */
    @Test
    void mistakesOfATableWithRepeatsNameItsRowsAndFolds() {
        Answer unreadable = csv(
                chapters.freshName("unreadable"),
                """
                fold,patient,role,repeat
                0,p001,train,x
                -1,p002,nurse,
                0,p003,train,-1
                -2,p004,train,1
                0,p005,train,0
                one,p006,train,0
                """);
        assertThat(unreadable.status()).isEqualTo(422);
        assertThat(unreadable.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/row/2", "/row/3", "/row/4", "/row/5", "/row/7");
        assertThat(unreadable.json().at("/errors/3/detail").stringValue()).isEqualTo("fold must be -1 or more, was -2");
        String csv = researcher
                .get(
                        "/api/v1/splits/"
                                + split("{\"kind\": \"kFold\", \"folds\": 3, \"repeats\": 2, \"test\": 0.2,"
                                                + " \"validation\": 0.25}")
                                        .id()
                                + "/assignments",
                        "Accept",
                        "text/csv")
                .text();
        // repeats 1 and 2, whose folds begin anew
        List<String> anew = csv.lines()
                .map(row ->
                        row.replaceFirst("^3,", "0,").replaceFirst("^4,", "1,").replaceFirst("^5,", "2,"))
                .map(row -> row.replaceFirst("^([0-9].*),1$", "$1,2").replaceFirst("^([0-9].*),0$", "$1,1"))
                .toList();
        int changed = IntStream.range(1, anew.size())
                .filter(row -> anew.get(row).startsWith("1,") && anew.get(row).endsWith(",test,2"))
                .findFirst()
                .orElseThrow();
        List<String> leaking = new ArrayList<>(anew);
        leaking.set(changed, anew.get(changed).replace(",test,", ",train,"));

        Answer refused = csv(chapters.freshName("leaking"), String.join("\r\n", leaking) + "\r\n");

        assertThat(refused.json().get("errors")).singleElement().satisfies(mistake -> {
            assertThat(mistake.get("pointer").stringValue()).isEqualTo("/row/" + (changed + 1));
            assertThat(mistake.get("detail").stringValue())
                    .startsWith("is in train of fold 1 of repeat 2 and in test of fold -1");
        });
        assertThat(csv(chapters.freshName("sound"), String.join("\r\n", anew) + "\r\n")
                        .status())
                .isEqualTo(201);
    }

    private String ties(Answer split) {
        return researcher
                .get("/api/v1/splits/" + split.id() + "/certificate")
                .json()
                .get("ties")
                .stringValue();
    }

    private static String kept(List<String> csv, Set<String> together) {
        return csv.stream()
                .map(row -> row
                        + (row.startsWith("fold,")
                                ? ",keepTogether"
                                : together.contains(row.split(",", -1)[1]) ? ",twins" : ","))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    /** Forty patients of four sites: a site is the test, or each is held out in turn. */
    @Test
    void wholeSitesAreLeftOut() {
        List<String> sites = List.of("east", "north", "south", "west");
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("file,patient,label,hospital\n");
        for (int patient = 0; patient < 40; patient++) {
            files.put("p%03d.png".formatted(patient), Images.png(patient));
            table.append("p%03d.png,p%03d,%s,%s%n"
                    .formatted(patient, patient, patient % 3 == 0 ? "ill" : "healthy", sites.get(patient % 4)));
        }
        files.put("manifest.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        UUID ofSites = chapters.frozen(
                researcher,
                Chapters.created(researcher.post(
                        "/api/v1/datasets",
                        """
                        {"name": "%s", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                         "layout": {"kind": "manifest", "columns":
                             {"file": "file", "patientId": "patient", "label": "label", "site": "hospital"}}}
                        """
                                .formatted(chapters.freshName("sites"), project))),
                files);

        Answer north = of(ofSites, "{\"kind\": \"site\", \"test\": [\"north\"], \"validation\": 0.25}");
        Answer inTurn = of(ofSites, "{\"kind\": \"site\", \"validation\": 0.25}");

        assertThat(north.status()).as(north.text()).isEqualTo(201);
        assertThat(north.json().get("folds")).hasSize(1);
        assertThat(patients(north, -1, "test"))
                .allMatch(patient -> number(patient) % 4 == 1)
                .hasSize(10);
        assertThat(patients(north, -1, "train")).noneMatch(patient -> number(patient) % 4 == 1);
        assertThat(inTurn.status()).as(inTurn.text()).isEqualTo(201);
        assertThat(inTurn.json().get("folds")).hasSize(5);
        for (int fold = 0; fold < 4; fold++) {
            int site = fold;
            assertThat(patients(inTurn, fold, "heldOut"))
                    .as(sites.get(fold))
                    .hasSize(10)
                    .allMatch(patient -> number(patient) % 4 == site);
        }
        assertThat(of(ofSites, "{\"kind\": \"site\", \"test\": [\"center\"], \"validation\": 0.25}")
                        .status())
                .isEqualTo(422);
    }

    /** Folders that share nobody become the roles that they say, and are audited like any that were made elsewhere. */
    @Test
    void foldersThatShareNobodyAreASplit() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 40; patient++) {
            String folder = patient < 24 ? "train" : patient < 32 ? "val" : "test";
            files.put(
                    "%s/%s/p%03d_0.png".formatted(folder, patient % 2 == 0 ? "HEALTHY" : "ILL", patient),
                    Images.png(patient));
        }
        UUID ofFolders = chapters.frozen(researcher, chapters.draft(researcher, project), files);

        Answer taken = of(ofFolders, "{\"kind\": \"folders\"}");

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.json().at("/spec/kind").stringValue()).isEqualTo("fixed");
        assertThat(patients(taken, -1, "train")).hasSize(24).allMatch(patient -> number(patient) < 24);
        assertThat(patients(taken, -1, "validation"))
                .hasSize(8)
                .allMatch(patient -> number(patient) >= 24 && number(patient) < 32);
        assertThat(patients(taken, -1, "test")).hasSize(8).allMatch(patient -> number(patient) >= 32);
        assertThat(researcher
                        .get("/api/v1/splits/" + taken.id() + "/certificate")
                        .json()
                        .at("/total/patients")
                        .intValue())
                .isEqualTo(40);
    }

    /** Whoever has an image in several folders, and whoever has none in any, are told at once. */
    @Test
    void foldersThatDoNotGiveEverybodyOneRoleAreRefusedWithHowManyPatients() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 40; patient++) {
            String folder = patient < 24 ? "train/" : patient < 32 ? "val/" : patient == 39 ? "" : "test/";
            files.put(
                    "%s%s/p%03d_0.png".formatted(folder, patient % 2 == 0 ? "HEALTHY" : "ILL", patient),
                    Images.png(patient));
        }
        files.put("test/HEALTHY/p000_1.png", Images.png(77));
        UUID ofFolders = chapters.frozen(researcher, chapters.manifestDraft(researcher, project), withManifest(files));

        Answer refused = of(ofFolders, "{\"kind\": \"folders\"}");

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("detail"))
                .containsExactly(
                        "1 of 40 patients lies in none of the folders: move those images into one or leave them out, or hand roles in as"
                                + " fixed",
                        "1 of 40 patients has images in several of the folders: with dropShared true that one is used for nothing");
        assertThat(of(ofFolders, "{\"kind\": \"folders\", \"dropShared\": true}")
                        .json()
                        .get("errors")
                        .findValuesAsString("pointer"))
                .containsExactly("/spec/kind");
    }

    /** Two films in folders of two roles are one picture: no row or fold is spoken of, as folders have none. */
    @Test
    void foldersThatShareAPictureAreRefusedWithTheWayOut() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 24; patient++) {
            String folder = patient < 12 ? "train/" : patient < 18 ? "val/" : "test/";
            files.put(
                    "%s%s/p%03d_0.png".formatted(folder, patient % 2 == 0 ? "HEALTHY" : "ILL", patient),
                    Images.png(patient == 20 ? 0 : patient));
        }
        UUID ofFolders = chapters.frozen(researcher, chapters.manifestDraft(researcher, project), withManifest(files));

        Answer refused = researcher.post(
                "/api/v1/datasets/" + ofFolders + "/split-plans",
                "{\"name\": \"shared\", \"seed\": 1, \"spec\": {\"kind\": \"folders\"}}");

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer")).containsExactly("/spec/dropShared");
        assertThat(refused.json().at("/errors/0/detail").stringValue())
                .startsWith("2 of 24 patients have to stay with patients whose images are in other folders");
    }

    private static Map<String, byte[]> withManifest(Map<String, byte[]> files) {
        StringBuilder table = new StringBuilder("file,patient,label\n");
        for (String name : files.keySet()) {
            table.append("%s,%s,%s%n"
                    .formatted(
                            name,
                            name.replaceAll(".*/(p[0-9]+)_.*", "$1"),
                            name.contains("HEALTHY") ? "healthy" : "ill"));
        }
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        all.put("manifest.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        return all;
    }

    /** Changed past the triggers, as somebody who owns the database may. */
    @Test
    void aSplitThatWasChangedPastThePlatformIsRefusedWithTheReason() {
        Map<String, String> damages = new LinkedHashMap<>();
        damages.put(
                "fold_member set role = 'train' where role = 'test' and split_id = ?", "its members are no split: ");
        damages.put("patient_split set audit = jsonb_set(audit, '{x}', '1') where id = ?", "its audit is none");
        damages.put("patient_split set audit = '{\"folds\": []}' where id = ?", "its ");
        damages.put("patient_split set spec = '{\"kind\": \"none\"}' where id = ?", "its specification is none");
        damages.put("patient_split set rules = '{\"x\": 1}' where id = ?", "its rules are none");
        damages.put("patient_split set name = 'another' where id = ?", "its record, such as its name, ");
        damages.forEach((damage, reason) -> {
            UUID own = chapters.frozen(researcher, project);
            UUID made = Chapters.created(
                    of(own, "{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}"));
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                database.sql("update " + damage).param(made).update();
            });
            boolean isOfMembers = damage.startsWith("fold_member");

            List<Answer> answers = isOfMembers
                    ? List.of(
                            researcher.get("/api/v1/splits/" + made),
                            researcher.get("/api/v1/splits/" + made + "/certificate"),
                            researcher.get("/api/v1/splits/" + made + "/assignments"),
                            researcher.post("/api/v1/experiments/dry-runs", Chapters.experimentBody(made, "train")))
                    : List.of(
                            researcher.get("/api/v1/splits/" + made),
                            researcher.get("/api/v1/splits/" + made + "/certificate"),
                            researcher.get("/api/v1/datasets/" + own + "/splits"),
                            researcher.post(
                                    "/api/v1/experiments/dry-runs", Chapters.experimentBody(made, "crossValidation")),
                            researcher.post("/api/v1/experiments", Chapters.experimentBody(made, "crossValidation")));
            for (Answer answer : answers) {
                assertThat(answer.status()).as(answer.text()).isEqualTo(409);
                assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:record-damaged");
                assertThat(answer.json().get("detail").stringValue())
                        .startsWith("Split " + made + " was changed past the platform: " + reason);
            }
        });
    }

    private Answer of(UUID ofDataset, String spec) {
        return researcher.post(
                "/api/v1/datasets/" + ofDataset + "/splits",
                "{\"name\": \"%s\", \"seed\": 7, \"spec\": %s}".formatted(chapters.freshName("split"), spec));
    }

    private List<String> patients(Answer split, int fold, String role) {
        return researcher
                .get("/api/v1/splits/" + split.id() + "/assignments")
                .json()
                .get("assignments")
                .valueStream()
                .filter(one -> one.get("fold").intValue() == fold
                        && one.get("role").stringValue().equals(role))
                .map(one -> one.get("patient").stringValue())
                .toList();
    }

    private static int number(String patient) {
        return Integer.parseInt(patient.substring(1));
    }

    /** Who is held out, and nothing else; or who is trained on and tested. */
    @Test
    void plainFoldsAndFoldersGetTheirValidationHere() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        String csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text()
                .replace(",validation", ",train");
        String plain =
                csv.lines().filter(row -> !row.startsWith("-1,")).collect(Collectors.joining("\r\n", "", "\r\n"));

        assertThat(csv("no validation", plain).status()).isEqualTo(422);
        Answer taken = csv("plain&validation=0.2", plain);

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        String completed = researcher
                .get("/api/v1/splits/" + taken.id() + "/assignments", "Accept", "text/csv")
                .text();
        assertThat(completed.lines().filter(row -> row.endsWith(",validation")).map(row -> row.split(",", -1)[0]))
                .contains("-1", "0", "1", "2");
        assertThat(completed.lines().filter(row -> row.endsWith(",heldOut")))
                .containsExactlyInAnyOrderElementsOf(
                        csv.lines().filter(row -> row.endsWith(",heldOut")).toList());
        Answer folders = split("{\"kind\": \"folders\", \"validation\": 0.2}");
        assertThat(folders.status()).isEqualTo(422);
        assertThat(folders.json().at("/errors/0/pointer").stringValue()).isEqualTo("/spec/kind");
        assertThat(split("{\"kind\": \"folders\", \"validation\": 0.7}")
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/spec/validation");
    }

    /** Validation images have a frame that no other image has; nobody opened one to see it. */
    @Test
    void rolesThatDifferAreToldOfAPlanAndBeforeAStart() {
        UUID framed = chapters.draft(researcher, project);
        Map<String, byte[]> files = Images.classFolders(60);
        Chapters.created(researcher.put(Chapters.archive(framed), "application/zip", Images.zip(files)));
        researcher.post("/api/v1/datasets/" + framed + "/freeze", "");
        reporting.freeze(
                chapters.claim(framed),
                Chapters.PROFILE,
                "[]",
                new ExaminedImages(
                        DuplicateGroups.NONE,
                        files.keySet().stream()
                                .map(name -> new MeasuredImage(
                                        name,
                                        120,
                                        40,
                                        7,
                                        300,
                                        0,
                                        0,
                                        roleOf(name).equals("validation") ? 0.05 : 0,
                                        5))
                                .toList()));
        String assignments = IntStream.range(0, 60)
                .mapToObj("p%03d"::formatted)
                .map(patient -> "{\"fold\": -1, \"patient\": \"%s\", \"role\": \"%s\"}"
                        .formatted(patient, roleOf("x/" + patient + "_0.png")))
                .collect(Collectors.joining(", ", "[", "]"));
        String spec = "{\"kind\": \"fixed\", \"assignments\": " + assignments + "}";

        Answer plan = researcher.post(
                "/api/v1/datasets/" + framed + "/split-plans",
                "{\"name\": \"framed\", \"seed\": 7, \"spec\": %s}".formatted(spec));
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        UUID stored = Chapters.created(researcher.post(
                "/api/v1/datasets/" + framed + "/splits",
                "{\"name\": \"framed\", \"seed\": 7, \"spec\": %s}".formatted(spec)));
        Answer dryRun = researcher.post("/api/v1/experiments/dry-runs", Chapters.experimentBody(stored, "train"));

        for (Answer answer : List.of(plan, dryRun)) {
            List<JsonNode> told = answer.json()
                    .get("findings")
                    .valueStream()
                    .filter(finding -> finding.get("code").stringValue().equals("rolesDiffer"))
                    .toList();
            assertThat(told).as(answer.text()).singleElement().satisfies(finding -> {
                assertThat(finding.get("severity").stringValue()).isEqualTo("warning");
                assertThat(finding.get("evidence").stringValue())
                        .startsWith("Validation images can be told from those to train on")
                        .contains("by 'border' with a ROC AUC of 1.000")
                        .doesNotContain("intensity");
            });
        }
    }

    /** The patients p000, p004 and so on validate, p002, p006 and so on are tested. */
    private static String roleOf(String name) {
        int patient = Integer.parseInt(name.replaceAll(".*/p([0-9]+)_.*", "$1"));
        return patient % 4 == 0 ? "validation" : patient % 4 == 2 ? "test" : "train";
    }

    @Test
    void everyRowThatLeaksIsNamed() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        String csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text();
        String[] rows = csv.split("\r\n", -1);
        String patient = rows[1].split(",", -1)[1];
        String other = rows[1].endsWith(",train") ? "validation" : "train";

        Answer refused = csv("leaking", csv + "-1," + patient + "," + other + "\r\n-1,nobody,train\r\n");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/type").stringValue()).endsWith("split-refused");
        // behind the header, which is row 1, and as many rows as there were
        int first = rows.length;
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/row/" + first, "/row/" + (first + 1));
        assertThat(refused.text()).doesNotContain(patient).doesNotContain("nobody");
        assertThat(csv("unreadable", "patient\r\np1\r\n")
                        .json()
                        .at("/errors/0/detail")
                        .stringValue())
                .isEqualTo("has no column 'role'");
        assertThat(csv("unreadable", "fold;patient;role\nx;p1;train\n0;p2;nurse\n")
                        .json()
                        .get("errors")
                        .findValuesAsString("pointer"))
                .containsExactly("/row/2", "/row/3");
    }

    /** As a spreadsheet numbers them: what is empty counts, and blanks around cells do not, whatever their kind. */
    @Test
    void everyCellOfATableThatIsWrongIsNamedByItsRow() {
        Answer refused = csv(
                chapters.freshName("cells"),
                "fold,patient\u00a0,role\n\n-1,p001,nurse\n,,\nx,p002,train\n-1,,trian\n-1,\u00a0p003\u00a0,train\u200b\n-1,p004\n");

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().get("errors").valueStream())
                .extracting(mistake -> mistake.get("pointer").stringValue() + ": "
                        + mistake.get("detail").stringValue())
                .containsExactly(
                        "/row/3: role must be one of train, validation, heldOut, test, dropped",
                        "/row/5: fold must be a whole number, -1 or more",
                        "/row/6: patient is empty",
                        "/row/6: role must be one of train, validation, heldOut, test, dropped; did you mean train?",
                        "/row/8: has another number of cells than the header");
        assertThat(csv(chapters.freshName("twice"), "patient,role,role\np001,train,train\n")
                        .json()
                        .at("/errors/0/detail")
                        .stringValue())
                .isEqualTo("has one name in column 2 and in column 3");
        assertThat(csv(chapters.freshName("quotes"), "patient,role\np001,\"train\n")
                        .json()
                        .at("/errors/0/detail")
                        .stringValue())
                .startsWith("the table ends within quotes");
    }

    private Answer split(String spec) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                "{\"name\": \"%s\", \"seed\": 7, \"spec\": %s}".formatted(chapters.freshName("split"), spec));
    }

    private Answer csv(String name, String table) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/splits/csv?name=" + name.replace(" ", "%20"),
                "text/csv",
                table.getBytes(StandardCharsets.UTF_8));
    }
}
