package org.foldwise.standalone.architecture.planted.learning.training;

/** Something of the library that is no value. */
public interface PlantedTraining {}
