package org.foldwise.worker;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;

/** Reads the worker's settings before anything else begins: a value that is none is told whether the database answers or not. */
final class WorkerSettingsCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        Binder.get(event.getEnvironment()).bindOrCreate("foldwise.worker", Bindable.of(WorkerProperties.class));
    }
}
