package org.foldwise.worker;

import java.nio.file.Path;

/**
 * Where the worker keeps files that do not outlive it.
 *
 * @param path empty at the worker's start
 */
record ScratchDirectory(Path path) {}
