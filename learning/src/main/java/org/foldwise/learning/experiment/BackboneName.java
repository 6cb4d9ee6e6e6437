package org.foldwise.learning.experiment;

/** The networks a plan may name. Topology and parameter names are torchvision's. */
public enum BackboneName {
    RESNET18
}
