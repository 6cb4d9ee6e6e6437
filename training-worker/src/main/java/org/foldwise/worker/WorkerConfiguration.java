package org.foldwise.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.network.EngineSettings;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.registry.RegistryConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WorkerProperties.class)
@Import(RegistryConfiguration.class)
class WorkerConfiguration {

    @Bean
    WorkerName workerName(WorkerProperties properties) {
        return new WorkerName(properties.name().isBlank() ? hostAndProcess() : properties.name());
    }

    private static String hostAndProcess() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // a machine without a name of its own in its name service; the process's number still tells workers apart
            host = "localhost";
        }
        return host + "/" + ProcessHandle.current().pid();
    }

    /** The build writes it into worker.yaml. */
    @Bean
    WorkerVersion workerVersion(@Value("${foldwise-version}") String version) {
        return new WorkerVersion(version);
    }

    /** A GPU is asked for at once: better no worker than one whose every training fails. */
    @Bean
    SmartInitializingSingleton deviceIsThere(WorkerProperties properties, ObjectProvider<TorchEngine> engine) {
        return () -> {
            if (!properties.computeDevice().isCpu()) {
                engine.getObject();
            }
        };
    }

    @Bean
    ScratchDirectory scratchDirectory(WorkerProperties properties) {
        return new ScratchDirectory(Workspace.prepare(properties.scratch()));
    }

    @Bean
    RecordCache recordCache(WorkerProperties properties, ScratchDirectory scratch) {
        Path directory = properties.cache() == null ? scratch.path().resolve("cache") : properties.cache();
        return new RecordCache(directory, properties.cacheSize().toBytes(), Clock.systemUTC());
    }

    /** Loading the native libraries takes seconds; a worker that has nothing to train yet does without. */
    @Bean
    @Lazy
    TorchEngine torchEngine(WorkerProperties properties) {
        return TorchEngine.start(EngineSettings.threads(properties.effectiveThreads(), properties.computeDevice()));
    }
}
