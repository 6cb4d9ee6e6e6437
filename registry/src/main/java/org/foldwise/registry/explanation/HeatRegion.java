package org.foldwise.registry.explanation;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/** A rectangle of a network's input, in shares of its sides: the left and upper edges are 0. */
@Embeddable
public record HeatRegion(
        @Column(name = "region_left") double left,
        @Column(name = "region_top") double top,
        @Column(name = "region_right") double right,
        @Column(name = "region_bottom") double bottom) {
    public HeatRegion {
        if (!(left >= 0 && left < right && right <= 1)) {
            throw new IllegalArgumentException(
                    "left must be 0 or more and below right, which is at most 1; were " + left + " and " + right);
        }
        if (!(top >= 0 && top < bottom && bottom <= 1)) {
            throw new IllegalArgumentException(
                    "top must be 0 or more and below bottom, which is at most 1; were " + top + " and " + bottom);
        }
    }
}
