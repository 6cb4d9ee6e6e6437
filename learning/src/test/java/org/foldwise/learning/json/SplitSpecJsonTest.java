package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import org.assertj.core.api.ListAssert;
import org.foldwise.learning.split.SplitSpec;
import org.junit.jupiter.api.Test;

class SplitSpecJsonTest {
    @Test
    void readsWhatItWrites() {
        SplitSpec holdout = new SplitSpec.Holdout(0.7, 0.2, 0.1);

        assertThat(SplitSpecJson.write(holdout))
                .isEqualTo("{\"kind\":\"holdout\",\"test\":0.1,\"train\":0.7,\"validation\":0.2}");
        assertThat(SplitSpecJson.read(SplitSpecJson.write(holdout))).isEqualTo(holdout);
    }

    @Test
    void aCrossValidationHasDefaults() {
        assertThat(SplitSpecJson.read("{\"kind\": \"kFold\", \"folds\": 10}"))
                .isEqualTo(new SplitSpec.KFold(10, 0.2, 0.2));
    }

    @Test
    void theKindIsNeverGuessed() {
        mistakes("{\"folds\": 5}")
                .extracting(Mistake::pointer, Mistake::detail)
                .containsExactly(
                        tuple("/kind", "is missing, must be 'holdout', 'kFold', 'temporal', 'site' or 'fixed'"));
    }

    @Test
    void reportsEveryShareThatIsOutOfRange() {
        mistakes("{\"kind\": \"holdout\", \"train\": 1.5, \"validation\": 0, \"test\": -0.5}")
                .extracting(Mistake::pointer, Mistake::detail)
                .containsExactly(
                        tuple("/train", "must be in [0.000001, 1), was 1.5"),
                        tuple("/validation", "must be in [0.000001, 1), was 0.0"),
                        tuple("/test", "must be 0 or in [0.000001, 1), was -0.5"));
    }

    /** Less than a patient of a million: no division could be told from one without them. */
    @Test
    void sharesOfNobodyAreRefused() {
        mistakes("{\"kind\": \"kFold\", \"folds\": 5, \"test\": 1e-300, \"validation\": 1e-300}")
                .extracting(Mistake::pointer, Mistake::detail)
                .containsExactly(
                        tuple("/test", "must be 0 or in [0.000001, 0.9], was 1.0E-300"),
                        tuple("/validation", "must be in [0.000001, 0.5], was 1.0E-300"));
        mistakes("{\"kind\": \"temporal\", \"test\": 1e-7, \"validation\": 0.2, \"straddling\": \"dropped\"}")
                .extracting(Mistake::pointer, Mistake::detail)
                .containsExactly(tuple("", "test must be in [0.000001, 0.9], was 1.0E-7"));
    }

    @Test
    void sharesThatDoNotAddUpAreAMistakeOfTheWhole() {
        mistakes("{\"kind\": \"holdout\", \"train\": 0.5, \"validation\": 0.2, \"test\": 0.2}")
                .extracting(Mistake::pointer, Mistake::detail)
                .containsExactly(tuple("", "train, validation and test must add up to 1, were 0.5 + 0.2 + 0.2"));
    }

    @Test
    void aHoldoutHasNoDefaults() {
        mistakes("{\"kind\": \"holdout\", \"train\": 0.5, \"seed\": 1}")
                .extracting(Mistake::pointer)
                .containsExactlyInAnyOrder("/validation", "/test", "/seed");
    }

    @Test
    void reportsEveryMistakeOfACrossValidation() {
        mistakes("{\"kind\": \"kFold\", \"folds\": 1, \"test\": 0.95, \"validation\": 0}")
                .extracting(Mistake::pointer)
                .containsExactly("/folds", "/test", "/validation");
    }

    @Test
    void aTemporalSplitHasAShareOrADayAndNotBoth() {
        SplitSpec byDay =
                new SplitSpec.Temporal(null, LocalDate.of(2021, 3, 1), 0.2, SplitSpec.Straddling.BY_LATEST_IMAGE);

        assertThat(SplitSpecJson.read("{\"kind\": \"temporal\", \"testFrom\": \"2021-03-01\", \"validation\": 0.2,"
                        + " \"straddling\": \"byLatestImage\"}"))
                .isEqualTo(byDay);
        assertThat(SplitSpecJson.read(SplitSpecJson.write(byDay))).isEqualTo(byDay);
        mistakes("{\"kind\": \"temporal\", \"testFrom\": \"March\", \"test\": 2, \"straddling\": \"maybe\"}")
                .extracting(Mistake::pointer)
                .containsExactlyInAnyOrder("/testFrom", "/validation", "/straddling");
        mistakes("{\"kind\": \"temporal\", \"validation\": 0.2, \"straddling\": \"dropped\"}")
                .extracting(Mistake::detail)
                .containsExactly("either test or testFrom must be given, and not both");
    }

    private static ListAssert<Mistake> mistakes(String text) {
        InvalidPlanException refused = catchThrowableOfType(InvalidPlanException.class, () -> SplitSpecJson.read(text));
        assertThat(refused).isNotNull();
        return assertThat(refused.mistakes());
    }
}
