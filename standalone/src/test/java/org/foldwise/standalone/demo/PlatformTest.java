package org.foldwise.standalone.demo;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests that one platform of real processes serves: starting it takes longer than most of what is tested. */
abstract class PlatformTest {
    @TempDir
    static Path directory;

    static StandaloneProcess platform;

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
}
