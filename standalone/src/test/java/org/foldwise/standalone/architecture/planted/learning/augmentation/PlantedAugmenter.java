package org.foldwise.standalone.architecture.planted.learning.augmentation;

/** Something random. */
public final class PlantedAugmenter {}
