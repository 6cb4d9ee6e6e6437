package org.foldwise.registry.weights;

import jakarta.persistence.Converter;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.registry.EnumColumn;

@Converter(autoApply = true)
final class BackboneColumn extends EnumColumn<BackboneName> {
    BackboneColumn() {
        super(BackboneName.class);
    }
}
