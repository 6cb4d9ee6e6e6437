package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.foldwise.learning.dataset.CohortFixture.image;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class PatientExchangeTest {
    private final List<ImageRecord> images = new ArrayList<>();
    private final List<double[]> groups = new ArrayList<>();

    private void add(int patient, int group, boolean positive) {
        images.add(image("i" + images.size(), new PatientId("p" + patient), positive ? "sick" : "healthy"));
        groups.add(group == 0 ? new double[] {1, 0} : new double[] {0, 1});
    }

    private PatientExchange exchange() {
        return PatientExchange.of(images, groups.toArray(double[][]::new), one -> one.shows("sick"));
    }

    /** Fisher's lady, who told all eight cups: 2 of the 70 ways to choose four cups are as good, counting those all wrong. */
    @Test
    void isFishersExactTestWhereEveryPatientHasOneImage() {
        for (int cup = 0; cup < 8; cup++) {
            add(cup, cup % 2, cup % 2 == 0);
        }

        assertThat(exchange().patients()).isEqualTo(8);
        assertThat(exchange().pValue(0.001)).isCloseTo(2.0 / 70, within(0.01));
        assertThat(exchange().pValue(0.001)).isEqualTo(exchange().pValue(0.001));
    }

    /**
     * Four patients, one with three images of the class in one group. By hand: (images, of the class) of a to d are (3, 3), (1, 0),
     * (1, 0), (1, 0), the groups a b and c d. The statistic only asks with whom the large patient shares a group, and its value is the
     * same with every partner and on either side: every exchange is as uneven.
     */
    @Test
    void countsThePatientsAndNotTheirImages() {
        for (int number = 0; number < 3; number++) {
            add(0, 0, true);
        }
        add(1, 0, false);
        add(2, 1, false);
        add(3, 1, false);

        assertThat(exchange().pValue(0.01)).isEqualTo(1);
    }

    /** Patients of 1 to 6 images who have one label and one group each, by lot: of all images alike, a test of images sees much. */
    @Test
    void holdsItsLevelWhereImagesOfAPatientAreAlike(TestReporter reporter) {
        int below = 0;
        int cohorts = 400;
        for (int seed = 0; seed < cohorts; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            images.clear();
            groups.clear();
            for (int patient = 0; patient < 40; patient++) {
                int group = random.nextInt(2);
                boolean positive = random.nextInt(5) < 2;
                for (int number = random.nextInt(6); number >= 0; number--) {
                    add(patient, group, positive);
                }
            }
            below += exchange().pValue(0.05) < 0.05 ? 1 : 0;
        }
        reporter.publishEntry("p below 0.05", below + " of " + cohorts);

        // 400 draws at 0.05 are 20, four standard deviations are 17
        assertThat(below).isBetween(3, 37);
    }

    /** Four patients whose quantity is less than that of four others: 2 of 70 ways to choose four are as far apart, on either side. */
    @Test
    void isWilcoxonsExactTestOfAQuantity() {
        for (int patient = 0; patient < 8; patient++) {
            add(patient, 0, patient < 4);
        }
        double[] ranks = {0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9};

        PatientExchange exchange = PatientExchange.ofRanks(images, ranks, one -> one.shows("sick"));

        assertThat(exchange.pValue(0.001)).isCloseTo(2.0 / 70, within(0.01));
    }

    /** Half of ten are ill, two of these alone are in a group and have 20 images each: of the 45 pairs 10 are both ill, and 10 are as far from half. */
    @Test
    void equalPatientsAreNotToldByHowManyImagesTheyHave() {
        for (int patient = 0; patient < 10; patient++) {
            for (int number = patient < 2 ? 20 : 1; number > 0; number--) {
                add(patient, patient < 2 ? 0 : 1, patient < 5);
            }
        }

        assertThat(exchange().pValue(0.001)).isLessThan(0.05);
        assertThat(exchange().ofEqualPatients().pValue(0.001)).isCloseTo(20.0 / 45, within(0.1));
    }

    /** Every third patient has one image, the others 20; labels and a quantity are drawn for each image. Unstudentised, a quarter came below 0.05. */
    @Test
    void ranksOfUnequalPatientsAreHeldNearTheirLevel(TestReporter reporter) {
        int below = 0;
        int clearly = 0;
        int cohorts = 300;
        for (int seed = 0; seed < cohorts; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            images.clear();
            List<Double> quantity = new ArrayList<>();
            for (int patient = 0; patient < 60; patient++) {
                for (int number = patient % 3 == 0 ? 1 : 20; number > 0; number--) {
                    add(patient, 0, random.nextDouble() < 0.35);
                    quantity.add(random.nextDouble());
                }
            }
            double[] ranks = quantity.stream().mapToDouble(value -> value).toArray();

            double pValue = PatientExchange.ofRanks(images, ranks, one -> one.shows("sick"))
                    .ofEqualPatients()
                    .pValue(0.05);

            below += pValue < 0.05 ? 1 : 0;
            clearly += pValue < 0.005 ? 1 : 0;
        }
        reporter.publishEntry("below 0.05 and 0.005", below + " and " + clearly + " of " + cohorts);
        assertThat(below).isLessThan(cohorts * 12 / 100);
        assertThat(clearly).isLessThan(cohorts * 3 / 100);
    }

    /** Eight patients with 1 to 3 images; of all 40320 orders, each tried by another program, 5760 are as uneven. */
    @Test
    void comesNearTheShareOfAllOrders() {
        int[][] imagesAndPositives = {{1, 0}, {2, 1}, {3, 1}, {1, 0}, {1, 1}, {2, 2}, {3, 2}, {1, 0}};
        for (int patient = 0; patient < imagesAndPositives.length; patient++) {
            for (int number = 0; number < imagesAndPositives[patient][0]; number++) {
                add(patient, patient / 4, number < imagesAndPositives[patient][1]);
            }
        }

        assertThat(exchange().pValue(0.0001)).isCloseTo(1.0 / 7, within(0.04));
    }
}
