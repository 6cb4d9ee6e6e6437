package org.foldwise.registry.dataset;

import jakarta.persistence.Converter;
import org.foldwise.learning.dataset.Task;
import org.foldwise.registry.EnumColumn;

@Converter(autoApply = true)
final class TaskColumn extends EnumColumn<Task> {
    TaskColumn() {
        super(Task.class);
    }
}
