package org.foldwise.registry.dataset;

import jakarta.persistence.Converter;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.registry.EnumColumn;

@Converter(autoApply = true)
final class PatientLabelRuleColumn extends EnumColumn<PatientLabelRule> {
    PatientLabelRuleColumn() {
        super(PatientLabelRule.class);
    }
}
