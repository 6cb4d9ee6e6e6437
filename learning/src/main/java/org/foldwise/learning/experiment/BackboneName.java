package org.foldwise.learning.experiment;

/** The networks a plan may name. Topology and parameter names are torchvision's. */
public enum BackboneName {
    RESNET18,
    RESNET50,
    DENSENET121,
    EFFICIENTNET_B0,
    MOBILENET_V2;

    /** Every backbone has so many stages, from the image upwards. */
    public static final int STAGES = 5;
}
