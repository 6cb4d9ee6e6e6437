package org.foldwise.worker.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.worker.explanation.SampledCases.SampledCase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SampledCasesTest {
    private static final List<String> BINARY = List.of("well", "ill");
    private static final String REPORT = "{\"threshold\": {\"threshold\": 0.7}}";

    /** 40 images of 20 patients, two each and alike; every fourth patient is ill. */
    private static Cohort cohort(Task task, List<String> classes) {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int patient = i / 2;
            String label = task == Task.BINARY ? (patient % 4 == 0 ? "ill" : "well") : classes.get(patient % 3);
            images.add(new ImageRecord("i" + i, Digest.of("i" + i), new PatientId("p" + patient), label, null, null));
        }
        return new Cohort(
                task, classes, task == Task.BINARY ? PatientLabelRule.ANY_POSITIVE : PatientLabelRule.MAJORITY, images);
    }

    /** Image i has the probability i / 40; those of the last three patients were not judged. */
    private static ScoredImages scored(Cohort cohort) {
        List<ScoredCase> cases = cohort.images().stream()
                .filter(image -> number(image) < 34)
                .map(image -> new ScoredCase(
                        image.name(), image.patient(), image.label().equals("ill"), number(image) / 40.0))
                .toList();
        return new ScoredImages.Binary(BINARY, cases);
    }

    private static int number(ImageRecord image) {
        return Integer.parseInt(image.name().substring(1));
    }

    private static List<SampledCase> sample(int most, @Nullable String explainedClass, long seed) {
        Cohort cohort = cohort(Task.BINARY, BINARY);
        return SampledCases.of(scored(cohort), REPORT, cohort, BINARY, explainedClass, most, seed)
                .all();
    }

    @Test
    void drawsAsManyOfEachClassAndOneOfAPatient() {
        List<SampledCase> sample = sample(8, null, 1);

        assertThat(sample).hasSize(8).allSatisfy(one -> assertThat(number(one.image()))
                .isLessThan(34));
        assertThat(sample.stream().filter(one -> one.image().label().equals("ill")))
                .hasSize(4);
        assertThat(sample).extracting(one -> one.image().patient()).doesNotHaveDuplicates();
        assertThat(sample(8, null, 1)).isEqualTo(sample);
        assertThat(sample(8, null, 2)).isNotEqualTo(sample);
        // 5 ill patients among those judged, 12 well ones
        assertThat(sample(200, null, 1)).hasSize(17);
    }

    @Test
    void explainsWhatWasCalledUnlessAClassIsNamed() {
        assertThat(sample(200, null, 1)).allSatisfy(one -> {
            assertThat(one.explainedClass()).isEqualTo(number(one.image()) >= 28 ? 1 : 0);
            assertThat(one.shows()).isEqualTo(one.image().label().equals(BINARY.get(one.explainedClass())));
        });
        assertThat(sample(200, "well", 1)).allSatisfy(one -> {
            assertThat(one.explainedClass()).isZero();
            assertThat(one.shows()).isEqualTo(one.image().label().equals("well"));
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sample(8, "dead", 1))
                .withMessageContaining("must be one of");
    }

    @Test
    void ofSeveralClassesTheMostProbableIsExplained() {
        List<String> classes = List.of("a", "b", "c");
        Cohort cohort = cohort(Task.MULTICLASS, classes);
        ScoredImages scored = new ScoredImages.Multiclass(
                classes,
                cohort.images().stream()
                        .map(image -> new ClassifiedCase(
                                image.name(), image.patient(), classes.indexOf(image.label()), List.of(0.2, 0.5, 0.3)))
                        .toList());

        List<SampledCase> sample =
                SampledCases.of(scored, "{}", cohort, classes, null, 9, 1).all();

        assertThat(sample).extracting(SampledCase::explainedClass).containsOnly(1);
        for (String name : classes) {
            assertThat(sample.stream().filter(one -> one.image().label().equals(name)))
                    .hasSize(3);
        }
    }
}
