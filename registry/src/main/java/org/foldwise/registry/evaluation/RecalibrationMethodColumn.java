package org.foldwise.registry.evaluation;

import jakarta.persistence.Converter;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.registry.EnumColumn;

@Converter(autoApply = true)
final class RecalibrationMethodColumn extends EnumColumn<RecalibrationMethod> {
    RecalibrationMethodColumn() {
        super(RecalibrationMethod.class);
    }
}
