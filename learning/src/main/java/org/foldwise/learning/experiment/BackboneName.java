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

    /**
     * Height and width, in cells, of the last feature map of an image: what the head averages, and as coarse as heat maps are.
     *
     * @param imageSize height and width of the image in pixels, 32 or more
     */
    public int lastMapSide(int imageSize) {
        if (imageSize < 32) {
            throw new IllegalArgumentException("imageSize must be 32 or more, was " + imageSize);
        }
        // halved five times, rounded up by padded convolutions and pooling, but down where DenseNet averages between
        // its blocks
        return this == DENSENET121 ? (imageSize + 3) / 4 / 8 : (imageSize + 31) / 32;
    }
}
