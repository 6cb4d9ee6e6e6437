package org.foldwise.standalone.architecture.planted.learning.split;

/** Something a later stage offers. */
public final class PlantedSplit {}
