package org.dcm4che3;

/** Stands for a class of dcm4che, which is on no class path of ours. */
public interface PlantedDicom {}
