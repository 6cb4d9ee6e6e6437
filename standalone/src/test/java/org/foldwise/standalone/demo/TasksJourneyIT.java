package org.foldwise.standalone.demo;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A platform of real processes once more: from upload to prediction where an image shows one of several classes, or any number of
 * labels, and a leakage experiment.
 */
@Tag("engine")
class TasksJourneyIT extends PlatformTest {
    @Test
    void severalClassesGoFromUploadToPrediction() throws Exception {
        new TaskJourney(platform, directory).ofClasses();
    }

    @Test
    void labelsGoFromUploadToPrediction() throws Exception {
        new TaskJourney(platform, directory).ofLabels();
    }

    @Test
    void foldsOfImagesPromiseWhatFoldsOfPatientsDoNotKeep() throws Exception {
        new LeakageJourney(platform, directory).isTold();
    }
}
