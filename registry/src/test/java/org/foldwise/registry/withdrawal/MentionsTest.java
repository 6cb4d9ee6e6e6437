package org.foldwise.registry.withdrawal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class MentionsTest {
    private static final String REVIEW =
            """
            {"classes": [
               {"name": "Effusion", "falsePositives": 2, "worst": [{"image": "a", "patient": "p1"}, {"image": "b", "patient": "p2"}],
                "doubts": {"estimatedErrors": 1.5, "doubts": [{"image": "a", "patient": "p1"}]}},
               {"name": "Mass", "falsePositives": 0, "worst": [{"image": "c", "patient": "p3"}], "doubts": null}],
             "worst": [{"image": "a", "patient": "p1"}, {"image": "c", "patient": "p3"}],
             "doubts": {"doubts": [{"image": "b", "patient": "p2"}]}}
            """;

    @Test
    void ofSeveralClassesTheCasesOfEachAreFoundAndLeftOut() {
        assertThat(Mentions.hasCases(REVIEW, Set.of("p1"))).isTrue();
        assertThat(Mentions.hasCases(REVIEW, Set.of("p4"))).isFalse();

        String without = Mentions.withoutCases(REVIEW, Set.of("p1"));

        assertThat(without).doesNotContain("p1").contains("p2").contains("p3").contains("\"falsePositives\":2");
        assertThat(Mentions.hasCases(without, Set.of("p1"))).isFalse();
        assertThat(Mentions.withoutCases(REVIEW, Set.of("p1", "p2", "p3")))
                .doesNotContain("\"image\"")
                .contains("\"estimatedErrors\":1.5");
    }

    @Test
    void findingsLoseImagesAlsoWhereTheyAreToldByGroup() {
        String findings =
                """
                [{"code": "duplicatesAcrossPatients", "images": ["a", "b"],
                  "groups": [{"number": 0, "imageCount": 2, "images": ["a", "b"]}]},
                 {"code": "borders", "images": ["a", "c"]}]
                """;

        assertThat(Mentions.findings(findings, Set.of("a")))
                .isEqualTo("[{\"code\":\"duplicatesAcrossPatients\",\"images\":[\"b\"],"
                        + "\"groups\":[{\"number\":0,\"imageCount\":2,\"images\":[\"b\"]}]},"
                        + "{\"code\":\"borders\",\"images\":[\"c\"]}]");
    }
}
