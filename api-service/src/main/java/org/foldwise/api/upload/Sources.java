package org.foldwise.api.upload;

import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The sources that the operator has named. */
@Component
class Sources {
    private static final Logger log = LoggerFactory.getLogger(Sources.class);

    private final List<Source> sources;

    /** @throws IllegalArgumentException if a setting is not in order, so that the service does not start with it */
    Sources(UploadProperties properties) {
        sources = properties.sources().stream().map(Source::parse).toList();
        if (sources.stream().map(Source::name).collect(Collectors.toSet()).size() < sources.size()) {
            throw new IllegalArgumentException("foldwise.upload.sources must not give two sources one name");
        }
    }

    /** The source of that name, if it is there for the project. */
    Optional<Source> find(String name, UUID project) {
        return openTo(project).stream()
                .filter(source -> source.name().equals(name))
                .findFirst();
    }

    /** Those that datasets of the project may be filled from. */
    List<Source> openTo(UUID project) {
        return sources.stream().filter(source -> source.opensTo(project)).toList();
    }

    /** Tells the operator which buckets cannot be listed. The service has started all the same: object stores come and go. */
    @EventListener(ApplicationReadyEvent.class)
    void lookAtBuckets() {
        if (sources.stream().noneMatch(source -> source.place() instanceof SourceBucket)) {
            return;
        }
        Thread thread = new Thread(() -> complaints().forEach(complaint -> log.warn("{}", complaint)), "sources");
        thread.setDaemon(true);
        thread.start();
    }

    /** A sentence about each bucket that cannot be listed now. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (Source source : sources) {
            if (source.place() instanceof SourceBucket bucket) {
                bucket.complaint()
                        .ifPresent(reason -> complaints.add("foldwise.upload.sources: that of '" + source.name()
                                + "' cannot be listed: " + reason.sentence()));
            }
        }
        return complaints;
    }

    @PreDestroy
    void close() {
        sources.forEach(source -> source.place().close());
    }
}
