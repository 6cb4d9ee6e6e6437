package org.foldwise.standalone.architecture.planted.worker;

import org.foldwise.standalone.architecture.planted.learning.leakage.LeakageFold;

/** Breaks R16. */
record TrainsOnFoldsOfImages(LeakageFold fold) {}
