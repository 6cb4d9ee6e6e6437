package org.foldwise.standalone.demo;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform of real processes once more: from upload to prediction where an image shows one of several classes, or any number of
 * labels, and a leakage experiment.
 */
@Tag("engine")
class TasksJourneyIT {
    @TempDir
    static Path directory;

    private static StandaloneProcess platform;

    @BeforeAll
    static void startPlatform() throws Exception {
        platform = StandaloneProcess.start(directory.resolve("a platform"));
    }

    @AfterAll
    static void stopPlatform() throws Exception {
        if (platform != null) {
            platform.close();
        }
    }

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
